import { resizeToPlanes } from '../image/resize.ts';
import type { RgbImage } from '../image/rgb.ts';

/** Long side of the bitmap that the page draws: sharp on a large screen, and a texture that every GPU takes. */
const MAX_DISPLAY_SIDE = 2048;
/** Larger photos are shrunk before they are widened to four bytes per pixel, which would need another 128 MB and more. */
const MAX_RGBA_PIXELS = 32_000_000;

/** The photo as a bitmap of at most MAX_DISPLAY_SIDE. */
export function displayBitmap(image: RgbImage): Promise<ImageBitmap> {
  const scale = Math.min(1, MAX_DISPLAY_SIDE / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  if (image.width * image.height > MAX_RGBA_PIXELS) return createImageBitmap(shrink(image, width, height));
  const whole = rgba(image.width, image.height, (pixel, channel) => image.data[3 * pixel + channel] ?? 0);
  if (scale === 1) return createImageBitmap(whole);
  return createImageBitmap(whole, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' });
}

function shrink(image: RgbImage, width: number, height: number): ImageData {
  const planes = resizeToPlanes(image, width, height);
  return rgba(width, height, (pixel, channel) => planes[channel * width * height + pixel] ?? 0);
}

function rgba(width: number, height: number, value: (pixel: number, channel: number) => number): ImageData {
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = value(i, c);
    pixels.data[4 * i + 3] = 255;
  }
  return pixels;
}
