import type { DepthResult, SegmentResult } from '../engine/results.ts';
import { type DepthErrors, depthErrors } from '../eval/depth.ts';
import { matchClasses, segmentEvaluation, segmentScore } from '../eval/segment.ts';
import { benchmarkIou, overlapAt } from '../image/masks/overlap.ts';
import { resizeLabels } from '../image/planes.ts';
import { resizePlane } from '../image/resize.ts';
import type { SampleTruth } from './truth.ts';

/* The figures that papers report, for a single photo. */

/** Errors of a depth map at the truth's size; undefined if no pixel can be evaluated. */
export function depthFigures(found: DepthResult, truth: SampleTruth): DepthErrors | undefined {
  const { width, height } = truth;
  const data = resizePlane(found.metres, found.width, found.height, width, height);
  return depthErrors({ width, height, data }, truth.metres, truth.range);
}

/** IoU of a mask of 0 and 1 with the expression's true mask; undefined if there is no truth for the expression. */
export function maskFigure(
  found: { readonly width: number; readonly height: number; readonly mask: Uint8Array },
  expression: string,
  truth: SampleTruth,
): number | undefined {
  const wanted = truth.masks.get(expression);
  if (!wanted) return undefined;
  const { width, height } = truth;
  return benchmarkIou(overlapAt(found, { width, height, mask: wanted }, truth));
}

interface ClassFigures {
  readonly accuracy: number;
  readonly miou: number;
}

/** Accuracy and mIoU of a photo's classes. @param classes names of the pack's classes, in the order of the labels */
export function classFigures(found: SegmentResult, classes: readonly string[], truth: SampleTruth): ClassFigures {
  const labels = resizeLabels(found.labels, found.width, found.height, truth.width, truth.height);
  const toData = matchClasses(classes, truth.names);
  const sums = segmentScore(labels, truth.labels, toData, truth.ignore, truth.names.length);
  const { pixel_accuracy: accuracy, miou } = segmentEvaluation(truth.names).report(sums);
  return { accuracy: Number(accuracy), miou: Number(miou) };
}
