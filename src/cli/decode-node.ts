import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import sharp from 'sharp';
import { VpdError } from '../errors.ts';
import type { DecodedImage } from '../image/formats/decode-web.ts';
import { headerNotes, MAX_PIXELS, readImageFile } from '../image/formats/sniff.ts';
import { overWhite } from '../image/rgb.ts';
import { kindOf } from './files/source-file.ts';

/** Reads and decodes an image file with the same result as in the page (decode-web.ts). */
export async function decodeImageFile(path: string): Promise<DecodedImage> {
  if ((await kindOf(path)) === 'folder')
    throw new VpdError('bad-request', `${path} is a folder. Give the photo inside it.`);
  let blob: Blob;
  try {
    blob = await openAsBlob(path);
    // openAsBlob succeeds even for files without read permission.
    await blob.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw new VpdError('missing', `${path} cannot be opened; check the path of the image.`, { cause });
  }
  return decodeImage(blob, basename(path));
}

/**
 * Decodes a photo with libvips: first frame, EXIF orientation applied, 16-bit and CMYK converted to 8-bit sRGB, alpha over white.
 * @throws VpdError bad-image: refused by sniff.ts, or the decoder cannot read it; unsupported: BMP, which libvips does not read
 */
export async function decodeImage(blob: Blob, name: string): Promise<DecodedImage> {
  const { bytes, header } = await readImageFile(blob, name);
  if (header.format === 'bmp')
    throw new VpdError(
      'unsupported',
      `${name} is a BMP image, which only the page reads. Save it as PNG for the command line.`,
    );
  try {
    const decoder = sharp(bytes, { limitInputPixels: MAX_PIXELS, pages: 1, failOn: 'error' });
    // As in Chromium, the EXIF orientation is applied to JPEG, PNG and AVIF photos but not to WebP.
    const upright = header.format === 'webp' ? decoder : decoder.autoOrient();
    // libvips would convert 16-bit images with a profile to Display P3, so they are first reduced to 8 bits, which it converts to sRGB.
    const { space } = await decoder.metadata();
    const shallow = space === 'rgb16' ? upright.pipelineColourspace('srgb') : upright;
    const { data, info } = await shallow
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    return { image: { width, height, data: overWhite(data, width * height) }, header, notes: headerNotes(header) };
  } catch (cause) {
    throw new VpdError(
      'bad-image',
      `${name} starts like a ${header.format.toUpperCase()} image of ${header.width}×${header.height} px but cannot be decoded: it is damaged or of a rare kind. Save it again as PNG or JPEG.`,
      { cause },
    );
  }
}
