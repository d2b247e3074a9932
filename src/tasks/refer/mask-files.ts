import { VpdError } from '../../errors.ts';
import { context2d } from '../../image/formats/context2d.ts';
import { BAND_PIXELS } from '../../image/formats/decode-web.ts';
import { encodeMaskPng } from '../../image/formats/png.ts';
import { threshold } from '../../image/masks/mask.ts';
import { resizePlane } from '../../image/resize.ts';
import { annotate, cocoText } from './masks/coco.ts';

/** A mask as it is sent to the worker: pixels of `plane` above `threshold` are inside. */
export interface SentMask {
  readonly name: string;
  readonly prompt: string;
  readonly threshold: number;
  readonly edited: boolean;
  readonly width: number;
  readonly height: number;
  readonly plane: Float32Array;
}

/** The photo of the masks; `width` and `height` are those after EXIF orientation. */
export interface SentPhoto {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly file: Blob | undefined;
}

export interface FileRequest {
  readonly kind: 'mask' | 'cutout' | 'rle' | 'polygons';
  readonly photo: SentPhoto;
  /** One mask for pictures, any number for COCO. */
  readonly masks: readonly SentMask[];
}

/** Resizes a mask to the photo's size: 1 inside, 0 outside. */
export const maskAtSize = (
  mask: Pick<SentMask, 'plane' | 'width' | 'height' | 'threshold'>,
  { width, height }: Pick<SentPhoto, 'width' | 'height'>,
): Uint8Array => threshold(resizePlane(mask.plane, mask.width, mask.height, width, height), mask.threshold);

/**
 * Writes the requested file at the photo's size. `mask`: 8-bit grey PNG, 255 inside; `cutout`: PNG of the photo with alpha 0 outside;
 * `rle` and `polygons`: COCO's JSON.
 * @throws VpdError bad-request: a picture without a mask; missing: the photo's file is gone; no-memory
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

async function cutout({ name, width, height, file }: SentPhoto, mask: Uint8Array): Promise<Blob> {
  if (!file) throw new VpdError('missing', `The file of ${name} is no longer available; add the photo again.`);
  // Decoded as in the engine: in sRGB, with alpha that is not premultiplied.
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image', premultiplyAlpha: 'none' });
  const context = context2d(width, height, { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const rows = Math.max(1, Math.floor(BAND_PIXELS / width));
  for (let y = 0; y < height; y += rows) {
    const band = context.getImageData(0, y, width, Math.min(rows, height - y));
    for (let i = 0; i < band.width * band.height; i++) if (!mask[y * width + i]) band.data[4 * i + 3] = 0;
    context.putImageData(band, 0, y);
  }
  return context.canvas.convertToBlob({ type: 'image/png' });
}
