import { BOTH, ONLY_A, ONLY_B } from '../../../image/masks/overlap.ts';

/** Okabe and Ito's vermilion and sky blue, and white for the overlap: they also differ in lightness. */
export const DIFFERENCE = {
  [ONLY_A]: [213, 94, 0],
  [ONLY_B]: [86, 180, 233],
  [BOTH]: [255, 255, 255],
} as const;
