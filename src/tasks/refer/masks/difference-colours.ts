import { BOTH, ONLY_A, ONLY_B } from '../../../image/overlap.ts';

/** Okabe and Ito's vermilion and sky blue, and white where both agree: three steps of lightness too. */
export const DIFFERENCE = {
  [ONLY_A]: [213, 94, 0],
  [ONLY_B]: [86, 180, 233],
  [BOTH]: [255, 255, 255],
} as const;
