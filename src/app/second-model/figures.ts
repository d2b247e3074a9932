import type { DepthResult, SegmentResult } from '../../engine/results.ts';
import { DELTA } from '../../eval/depth.ts';
import { overlapAt } from '../../image/masks/overlap.ts';
import { resizeLabels } from '../../image/planes.ts';
import { resizePlane } from '../../image/resize.ts';
import type { MaskShape } from '../../tasks/refer/masks/shape.ts';

type Depth = Pick<DepthResult, 'width' | 'height' | 'metres'>;
type Mask = Pick<MaskShape, 'width' | 'height' | 'mask'>;
type Classes = Pick<SegmentResult, 'width' | 'height' | 'labels' | 'present'>;

/**
 * Compares two depth maps of one photo at the size of the first. `mean`: mean absolute difference in metres; `near`: share of pixels that
 * agree within a factor of DELTA. Undefined without pixels.
 */
export function depthDifference(a: Depth, b: Depth): { readonly mean: number; readonly near: number } | undefined {
  const { length } = a.metres;
  if (length === 0 || b.metres.length === 0) return undefined;
  const same = b.width === a.width && b.height === a.height;
  const other = same ? b.metres : resizePlane(b.metres, b.width, b.height, a.width, a.height);
  let sum = 0;
  let near = 0;
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.metres[i] ?? 0, other[i] ?? 0];
    sum += Math.abs(x - y);
    if (x === y || Math.max(x / y, y / x) < DELTA) near++;
  }
  return { mean: sum / length, near: near / length };
}

/**
 * Returns the share of pixels to which two models give the same class, at the size of the first. Classes are compared by name, because
 * models may number them differently; a pixel without a class in both counts as the same. Undefined without pixels.
 */
export function sameClassShare(a: Classes, b: Classes): number | undefined {
  const { length } = a.labels;
  if (length === 0 || b.labels.length === 0) return undefined;
  const same = b.width === a.width && b.height === a.height;
  const other = same ? b.labels : resizeLabels(b.labels, b.width, b.height, a.width, a.height);
  const names = ({ present }: Classes) => new Map(present.map(({ index, name }) => [index, name]));
  const [inA, inB] = [names(a), names(b)];
  let equal = 0;
  for (let i = 0; i < length; i++) if (inA.get(a.labels[i] ?? -1) === inB.get(other[i] ?? -1)) equal++;
  return equal / length;
}

/** Returns the intersection over union of two masks of one photo, at the size of the first; 1 if both are empty. */
export const maskIou = (a: Mask, b: Mask): number => overlapAt(a, b).iou;
