import { threshold } from '../../../image/masks/mask.ts';
import { BOTH, NEITHER, ONLY_A, ONLY_B, overlapOf } from '../../../image/masks/overlap.ts';

/** Vermilion and sky blue of Okabe and Ito: distinct for all kinds of colour vision, and from the masks' own colours. */
export const LOST_COLOUR: readonly number[] = [0xd5, 0x5e, 0x00];
export const GAINED_COLOUR: readonly number[] = [0x56, 0xb4, 0xe9];
const KEPT_COLOUR: readonly number[] = [0xf2, 0xf2, 0xf2];

export const OUTSIDE = NEITHER;
export const KEPT = BOTH;
export const LOST = ONLY_A;
export const GAINED = ONLY_B;

/** How a mask differs before and after words are left out. */
export interface Change {
  /** OUTSIDE, KEPT, LOST or GAINED per pixel. */
  readonly labels: Uint8Array;
  /** Intersection over union of the two masks; 1 where both are empty. */
  readonly iou: number;
  /** Shares of the photo. */
  readonly before: number;
  readonly after: number;
  readonly lost: number;
  readonly gained: number;
}

/** Compares the masks of two probabilities of the same size at a threshold. */
export function changeOf(before: Float32Array, after: Float32Array, level: number): Change {
  const {
    labels,
    onlyA: lost,
    onlyB: gained,
    both: kept,
    iou,
  } = overlapOf(threshold(before, level), threshold(after, level));
  const share = (count: number): number => count / Math.max(1, labels.length);
  return {
    labels,
    iou,
    before: share(kept + lost),
    after: share(kept + gained),
    lost: share(lost),
    gained: share(gained),
  };
}

/** Palette (256 × RGBA) of the labels: kept pixels are pale, so that the changed ones stand out. */
export function changePalette(): Uint8Array {
  const table = new Uint8Array(4 * 256);
  table.set([...KEPT_COLOUR, 110], 4 * KEPT);
  table.set([...LOST_COLOUR, 255], 4 * LOST);
  table.set([...GAINED_COLOUR, 255], 4 * GAINED);
  return table;
}
