import { VpdError } from '../../errors.ts';
import { threshold } from '../../image/mask.ts';
import { encodeMaskPng } from '../../image/png.ts';
import { resizePlane } from '../../image/resize.ts';
import { annotate, cocoText } from './masks/coco.ts';

/** A mask as it is sent to be written: `plane` is above `threshold` inside. */
export interface SentMask {
  readonly name: string;
  readonly prompt: string;
  readonly threshold: number;
  readonly edited: boolean;
  readonly width: number;
  readonly height: number;
  readonly plane: Float32Array;
}

/** The photo that the files are about; pictures have its size, EXIF orientation applied. */
export interface SentPhoto {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly file: Blob | undefined;
}

export interface FileRequest {
  readonly kind: 'mask' | 'cutout' | 'rle' | 'polygons';
  readonly photo: SentPhoto;
  /** One for pictures, any number for COCO. */
  readonly masks: readonly SentMask[];
}

/** A mask at the photo's size: 1 inside, 0 outside. */
export const maskAtSize = (
  mask: Pick<SentMask, 'plane' | 'width' | 'height' | 'threshold'>,
  { width, height }: Pick<SentPhoto, 'width' | 'height'>,
): Uint8Array => threshold(resizePlane(mask.plane, mask.width, mask.height, width, height), mask.threshold);

/**
 * The file asked for, at the photo's size: `mask` is 8-bit grey (255 inside), `cutout` the photo with alpha 0 outside, `rle` and
 * `polygons` COCO's JSON.
 */
export async function maskFile({ kind, photo, masks }: FileRequest): Promise<Blob> {
  if (kind === 'rle' || kind === 'polygons') {
    const { name, width, height } = photo;
    const annotated = masks.map((mask) => annotate({ ...mask, mask: maskAtSize(mask, photo) }, width, height, kind));
    return new Blob([cocoText([{ file: name, width, height, masks: annotated }])], { type: 'application/json' });
  }
  const [first] = masks;
  if (!first) throw new VpdError('bad-request', 'A picture of a mask needs a mask; look for something first.');
  const mask = maskAtSize(first, photo);
  if (kind === 'cutout') return cutout(photo, mask);
  return new Blob([new Uint8Array(encodeMaskPng(mask, photo.width, photo.height))], { type: 'image/png' });
}

/** Rows worked on at once, so that a large photo needs no second copy of its pixels. */
const BAND_PIXELS = 4_000_000;

async function cutout({ name, width, height, file }: SentPhoto, mask: Uint8Array): Promise<Blob> {
  if (!file) throw new VpdError('missing', `The file of ${name} is not there any more; add the photo again.`);
  // Colours turned into sRGB and straight alpha, as the engine decodes it.
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image', premultiplyAlpha: 'none' });
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' });
  if (!context)
    throw new VpdError('no-memory', `There was no memory to cut out of ${width}×${height} px. Use a smaller photo.`);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const rows = Math.max(1, Math.floor(BAND_PIXELS / width));
  for (let y = 0; y < height; y += rows) {
    const band = context.getImageData(0, y, width, Math.min(rows, height - y));
    for (let i = 0; i < band.width * band.height; i++) if (!mask[y * width + i]) band.data[4 * i + 3] = 0;
    context.putImageData(band, 0, y);
  }
  return canvas.convertToBlob({ type: 'image/png' });
}
