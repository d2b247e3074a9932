import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import sharp from 'sharp';
import { VpdError } from '../errors.ts';
import type { DecodedImage } from '../image/decode-web.ts';
import { overWhite } from '../image/rgb.ts';
import { headerNotes, MAX_PIXELS, readImageFile } from '../image/sniff.ts';
import { kindOf } from './source-file.ts';

/** Reads and decodes an image file as the page would: see decode-web.ts. */
export async function decodeImageFile(path: string): Promise<DecodedImage> {
  if ((await kindOf(path)) === 'folder')
    throw new VpdError('bad-request', `${path} is a folder. Give the photo inside it.`);
  let blob: Blob;
  try {
    blob = await openAsBlob(path);
    // What may not be read opens all the same.
    await blob.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw new VpdError('missing', `${path} cannot be opened; check the path of the image.`, { cause });
  }
  return decodeImage(blob, basename(path));
}

/**
 * Decodes a photo with libvips: first frame, EXIF orientation applied, 16-bit and CMYK turned into 8-bit sRGB, alpha over white.
 * @throws VpdError bad-image: refused by sniff.ts, or the decoder could not read it; unsupported: a BMP, which libvips does not read.
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
    // Chromium turns JPEG, PNG and AVIF photos by their EXIF orientation but not WebP; the command line does the same.
    const upright = header.format === 'webp' ? decoder : decoder.autoOrient();
    // With a profile, libvips would take 16 bits to the numbers of Display P3: those are made 8 bits first, which it takes to sRGB.
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
