import { imageDataOf } from '../image/formats/image-data.ts';
import { resizeToPlanes } from '../image/resize.ts';
import type { RgbImage } from '../image/rgb.ts';

/** Largest long side, in pixels, of the bitmap that the page draws: sharp on a large screen, and a texture size that every GPU supports. */
const MAX_DISPLAY_SIDE = 2048;
/** Photos with more pixels are shrunk before conversion to RGBA, which would otherwise need 128 MB or more. */
const MAX_RGBA_PIXELS = 32_000_000;

/** Returns the photo as a bitmap whose long side is at most MAX_DISPLAY_SIDE. */
export function displayBitmap(image: RgbImage): Promise<ImageBitmap> {
  const scale = Math.min(1, MAX_DISPLAY_SIDE / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  if (image.width * image.height > MAX_RGBA_PIXELS) return createImageBitmap(shrink(image, width, height));
  const whole = imageDataOf(image.width, image.height, (pixel, channel) => image.data[3 * pixel + channel] ?? 0);
  if (scale === 1) return createImageBitmap(whole);
  return createImageBitmap(whole, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
}

function shrink(image: RgbImage, width: number, height: number): ImageData {
  const planes = resizeToPlanes(image, width, height);
  return imageDataOf(width, height, (pixel, channel) => planes[channel * width * height + pixel] ?? 0);
}
