import { classPalette } from '../../image/palette.ts';
import { BOTH, ONLY_A, ONLY_B } from './compare.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** Colour of a mask in list and picture, 0…255: the palette's first ones are Okabe and Ito's, told apart with any kind of vision. */
export function maskColour(index: number): Colour {
  const [red = 0, green = 0, blue = 0] = classPalette(index + 1).subarray(3 * index);
  return [red, green, blue];
}

/** Okabe and Ito's orange and sky blue, and white where both agree: three steps of lightness too. */
export const DIFFERENCE = {
  [ONLY_A]: [213, 94, 0],
  [ONLY_B]: [86, 180, 233],
  [BOTH]: [255, 255, 255],
} as const;

export const css = ([red, green, blue]: Colour): string => `rgb(${red} ${green} ${blue})`;
