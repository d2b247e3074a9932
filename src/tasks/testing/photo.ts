import type { RgbImage } from '../../image/rgb.ts';

/** Test helper: a photo whose values vary from pixel to pixel, so that every window and every cell of a map differs. */
export function photo(width: number, height: number): RgbImage {
  const data = Uint8Array.from(
    { length: 3 * width * height },
    (_, i) => 128 + 127 * Math.sin(i * 0.0171) * Math.cos(i * 0.37),
  );
  return { width, height, data };
}
