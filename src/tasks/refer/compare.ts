import type { Plane } from '../layer.ts';
import type { MaskShape } from './shape.ts';

/** Values of the difference plane. */
export const ONLY_A = 1;
export const ONLY_B = 2;
export const BOTH = 3;

export interface Comparison {
  /** Intersection over union, 0 where both masks are empty. */
  readonly iou: number;
  /** Shares of the photo. */
  readonly onlyA: number;
  readonly onlyB: number;
  readonly both: number;
  /** 0 outside both. */
  readonly plane: Plane<Uint8Array>;
}

let last: { readonly a: MaskShape; readonly b: MaskShape; readonly value: Comparison } | undefined;

/** Where two masks of one photo agree and differ; the last pair is remembered, so that panel and stage share the work. */
export function compareShapes(a: MaskShape, b: MaskShape): Comparison {
  if (last?.a === a && last.b === b) return last.value;
  const { width, height } = a;
  const data = new Uint8Array(a.mask.length);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const value = (a.mask[i] ? ONLY_A : 0) + (b.mask[i] ? ONLY_B : 0);
    data[i] = value;
    counts[value] = (counts[value] ?? 0) + 1;
  }
  const [, onlyA = 0, onlyB = 0, both = 0] = counts;
  const union = onlyA + onlyB + both;
  const share = (count: number) => count / Math.max(1, data.length);
  const value = {
    iou: union === 0 ? 0 : both / union,
    onlyA: share(onlyA),
    onlyB: share(onlyB),
    both: share(both),
    plane: { width, height, data },
  };
  last = { a, b, value };
  return value;
}
