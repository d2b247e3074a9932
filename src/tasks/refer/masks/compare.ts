import { overlapAt } from '../../../image/masks/overlap.ts';
import type { Raster } from '../../layer.ts';
import type { MaskShape } from './shape.ts';

export interface Comparison {
  /** Intersection over union; 1 if both masks are empty. */
  readonly iou: number;
  /** Shares of the photo. */
  readonly onlyA: number;
  readonly onlyB: number;
  readonly both: number;
  /** Labels of image/masks/overlap.ts. */
  readonly plane: Raster<Uint8Array>;
}

const memo = new WeakMap<MaskShape, { readonly b: MaskShape; readonly value: Comparison }>();

/**
 * Compares two masks of one photo at A's size. The last comparison of each mask is cached, because both panel and stage need it, and the
 * stage that of each side while two models are compared.
 */
export function compareShapes(a: MaskShape, b: MaskShape): Comparison {
  const last = memo.get(a);
  if (last?.b === b) return last.value;
  const { width, height } = a;
  const { labels, onlyA, onlyB, both, iou } = overlapAt(a, b);
  const share = (count: number) => count / Math.max(1, labels.length);
  const value = {
    iou,
    onlyA: share(onlyA),
    onlyB: share(onlyB),
    both: share(both),
    plane: { width, height, data: labels },
  };
  memo.set(a, { b, value });
  return value;
}
