import { VpdError } from '../../errors.ts';
import { overWhite, type RgbImage } from '../rgb.ts';
import { context2d } from './context2d.ts';
import { readsBack } from './readback.ts';
import { headerNotes, type ImageHeader, readImageFile } from './sniff.ts';

export interface DecodedImage {
  readonly image: RgbImage;
  readonly header: ImageHeader;
  /** Sentences about conversions that the user may not expect, e.g. that only the first frame is used. */
  readonly notes: readonly string[];
}

/** From this number of pixels on, 4 bytes each while it is decoded, a photo may fail for lack of memory. */
const LARGE_PIXELS = 30_000_000;
/** Pixels of a band of rows that is read from a canvas at once: getImageData of a whole large photo would double its memory. */
export const BAND_PIXELS = 4_000_000;

/**
 * Decodes a photo with the browser: first frame, EXIF orientation applied, colours converted to sRGB, alpha composited over white. Opaque
 * PNG pixels are unchanged. Does not resize: resize.ts does so identically in the page and on the command line.
 * @throws VpdError bad-image: refused by sniff.ts, or the decoder cannot read it; unsupported: the browser hides pixels from pages
 */
export async function decodeImage(blob: Blob, name: string): Promise<DecodedImage> {
  const { bytes, header } = await readImageFile(blob, name);
  // For every photo, because the user may lift the protection meanwhile.
  if (!readsBack(context2d(1, 1, { willReadFrequently: true })))
    throw new VpdError(
      'unsupported',
      `${name} cannot be read: against fingerprinting, this browser gives pages random pixels. Switch that off for this page, or use another browser.`,
    );
  let bitmap: ImageBitmap;
  try {
    // The type follows the content, not the file's name. Straight alpha, so that it is blended only once.
    const typed = new Blob([bytes], { type: `image/${header.format}` });
    bitmap = await createImageBitmap(typed, { imageOrientation: 'from-image', premultiplyAlpha: 'none' });
  } catch (cause) {
    const large = header.width * header.height >= LARGE_PIXELS;
    throw new VpdError(
      'bad-image',
      `${name} starts like a ${header.format.toUpperCase()} image of ${header.width}×${header.height} px but cannot be decoded: it is damaged${large ? ', of a rare kind or too large for the memory of this device. Save it again as PNG or JPEG, smaller' : ' or of a rare kind. Save it again as PNG or JPEG'}.`,
      { cause },
    );
  }
  try {
    return { image: readPixels(bitmap), header, notes: headerNotes(header) };
  } finally {
    bitmap.close();
  }
}

function readPixels(bitmap: ImageBitmap): RgbImage {
  const { width, height } = bitmap;
  const data = new Uint8Array(width * height * 3);
  const rows = Math.max(1, Math.min(height, Math.floor(BAND_PIXELS / width)));
  const context = context2d(width, rows, { willReadFrequently: true });
  for (let y = 0; y < height; y += rows) {
    const count = Math.min(rows, height - y);
    context.clearRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, y, width, count, 0, 0, width, count);
    data.set(overWhite(context.getImageData(0, 0, width, count).data, width * count), y * width * 3);
  }
  return { width, height, data };
}
