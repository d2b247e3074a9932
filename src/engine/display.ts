import { VpdError } from '../errors.ts';
import { imageDataOf } from '../image/formats/image-data.ts';
import { resizeToPlanes } from '../image/resize.ts';
import type { RgbImage } from '../image/rgb.ts';
import type { Crop } from './protocol.ts';

/** Largest long side, in pixels, of the bitmap that the page draws: sharp on a large screen, and a texture size that every GPU supports. */
const MAX_DISPLAY_SIDE = 2048;
/** Photos with more pixels are shrunk before conversion to RGBA, which would otherwise need 128 MB or more. */
const MAX_RGBA_PIXELS = 32_000_000;

/** Returns the photo as a bitmap whose long side is at most MAX_DISPLAY_SIDE. */
export function displayBitmap(image: RgbImage): Promise<ImageBitmap> {
  const scale = Math.min(1, MAX_DISPLAY_SIDE / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  return bitmapOf(image, width, height);
}

/**
 * Returns a part of the photo in its own pixels; the photo itself if that is all of it.
 * @throws VpdError bad-request: it is empty, has no whole pixels, or lies outside the photo
 */
export function cropPixels({ width, height, data }: RgbImage, { x, y, ...size }: Omit<Crop, 'scale'>): RgbImage {
  const whole = [x, y, size.width, size.height].every((value) => Number.isInteger(value) && value >= 0);
  if (!whole || size.width * size.height === 0 || x + size.width > width || y + size.height > height)
    throw new VpdError('bad-request', `The part of the photo does not lie within its ${width} × ${height} pixels.`);
  if (size.width === width && size.height === height) return { width, height, data };
  const part = new Uint8Array(3 * size.width * size.height);
  for (let row = 0; row < size.height; row++) {
    const from = 3 * ((y + row) * width + x);
    part.set(data.subarray(from, from + 3 * size.width), 3 * row * size.width);
  }
  return { width: size.width, height: size.height, data: part };
}

/**
 * Returns a part of the photo as a bitmap of `scale` times its pixels.
 * @throws VpdError as `cropPixels`
 */
export async function cropBitmap(image: RgbImage, crop: Crop): Promise<ImageBitmap> {
  const part = cropPixels(image, crop);
  const scaled = (pixels: number) => Math.max(1, Math.round(Math.min(1, crop.scale) * pixels));
  return bitmapOf(part, scaled(part.width), scaled(part.height));
}

/** Returns a picture as a bitmap of at most its size. */
function bitmapOf(image: RgbImage, width: number, height: number): Promise<ImageBitmap> {
  if (image.width * image.height > MAX_RGBA_PIXELS) return createImageBitmap(shrink(image, width, height));
  const whole = imageDataOf(image.width, image.height, (pixel, channel) => image.data[3 * pixel + channel] ?? 0);
  if (width === image.width && height === image.height) return createImageBitmap(whole);
  return createImageBitmap(whole, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
}

function shrink(image: RgbImage, width: number, height: number): ImageData {
  const planes = resizeToPlanes(image, width, height);
  return imageDataOf(width, height, (pixel, channel) => planes[channel * width * height + pixel] ?? 0);
}
