/** Two masks of one photo, pixel by pixel. */

/** Vermilion and sky blue of Okabe and Ito: apart for all kinds of colour vision, and from the mask's own tint. */
export const LOST_COLOUR: readonly number[] = [0xd5, 0x5e, 0x00];
export const GAINED_COLOUR: readonly number[] = [0x56, 0xb4, 0xe9];
const KEPT_COLOUR: readonly number[] = [0xf2, 0xf2, 0xf2];

export const OUTSIDE = 0;
export const KEPT = 1;
export const LOST = 2;
export const GAINED = 3;

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

/** Compares the masks of two probabilities of one size at a threshold. */
export function changeOf(before: Float32Array, after: Float32Array, threshold: number): Change {
  const labels = Uint8Array.from(before, (probability, i) => {
    const is = (after[i] ?? 0) > threshold;
    if (probability > threshold) return is ? KEPT : LOST;
    return is ? GAINED : OUTSIDE;
  });
  const counts = [0, 0, 0, 0];
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const [, kept = 0, lost = 0, gained = 0] = counts;
  const union = kept + lost + gained;
  const share = (count: number): number => (labels.length > 0 ? count / labels.length : 0);
  return {
    labels,
    iou: union === 0 ? 1 : kept / union,
    before: share(kept + lost),
    after: share(kept + gained),
    lost: share(lost),
    gained: share(gained),
  };
}

/** RGBA of each label: what stayed is pale, so that what changed stands out. */
export function changePalette(): Uint8Array {
  const table = new Uint8Array(4 * 256);
  table.set([...KEPT_COLOUR, 110], 4 * KEPT);
  table.set([...LOST_COLOUR, 255], 4 * LOST);
  table.set([...GAINED_COLOUR, 255], 4 * GAINED);
  return table;
}
