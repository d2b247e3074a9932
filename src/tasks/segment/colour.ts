import { classPalette } from '../../image/palette.ts';

/** Colour of a class, RGB 0…255; the same in the legend, on the photo and on every run. */
export function classColour(index: number): readonly [number, number, number] {
  const [red = 0, green = 0, blue = 0] = classPalette(index + 1).subarray(3 * index);
  return [red, green, blue];
}
