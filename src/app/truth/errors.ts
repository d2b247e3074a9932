import type { DepthResult, SegmentResult } from '../../engine/results.ts';
import { overlapAt } from '../../image/masks/overlap.ts';
import { resizeLabels } from '../../image/planes.ts';
import { resizePlane } from '../../image/resize.ts';
import type { SampleTruth } from '../../samples/truth.ts';
import type { Raster } from '../../tasks/layer.ts';
import type { MaskShape } from '../../tasks/refer/masks/shape.ts';

/* How the results differ from a sample's truth, pixel by pixel at the truth's size; computed once per result. */

/** Not an error: the truth has no value here, or the class is right. */
export const NO_ERROR = 255;
/** Label of a depth that is right. Depth errors have the labels 0 (too near by the limit) to 254 (too far by it). */
export const RIGHT_DEPTH = 127;
export const WRONG_CLASS = 1;

type Labels = Raster<Uint8Array>;

/** Errors of depth. */
export interface DepthErrorMap {
  readonly plane: Labels;
  /** Metres that the first and the last label stand for. Larger errors, at most one in fifty, have the same labels. */
  readonly limit: number;
}

/** Share of the pixels whose error is not above the limit. */
const WITHIN = 0.98;

/** Remembers the last value for each first argument, as long as the other arguments stay the same. */
function remembered<A extends object, Rest extends readonly unknown[], V>(
  compute: (a: A, ...rest: Rest) => V,
): (a: A, ...rest: Rest) => V {
  const known = new WeakMap<A, { readonly rest: Rest; readonly value: V }>();
  return (a, ...rest) => {
    const found = known.get(a);
    if (found?.rest.every((each, i) => each === rest[i])) return found.value;
    const value = compute(a, ...rest);
    known.set(a, { rest, value });
    return value;
  };
}

/** Rounds up to 1, 2 or 5 times a power of ten. */
function roundUp(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres));
  return ([1, 2, 5, 10].find((step) => step * power >= metres * (1 - 1e-9)) ?? 10) * power;
}

/** Errors in metres, positive where the result is farther than the truth. Pixels that the figures leave out have no error. */
export const depthErrorMap = remembered((found: DepthResult, truth: SampleTruth): DepthErrorMap => {
  const { width, height, metres, range } = truth;
  const [top, bottom, left, right] = range.crop ?? [0, height, 0, width];
  const errors = resizePlane(found.metres, found.width, found.height, width, height).map((value, i) => {
    const wanted = metres[i] ?? 0;
    const [x, y] = [i % width, Math.floor(i / width)];
    const counts = wanted > range.min && wanted < range.max && x >= left && x < right && y >= top && y < bottom;
    return counts ? value - wanted : Number.NaN;
  });
  const sizes = errors
    .filter((error) => !Number.isNaN(error))
    .map(Math.abs)
    .sort();
  const most = sizes[Math.min(sizes.length - 1, Math.floor(WITHIN * sizes.length))] ?? 0;
  const limit = most > 0 ? roundUp(most) : 1;
  const data = Uint8Array.from(errors, (error) =>
    Number.isNaN(error) ? NO_ERROR : Math.round(RIGHT_DEPTH * (1 + Math.max(-1, Math.min(1, error / limit)))),
  );
  return { plane: { width, height, data }, limit };
});

/** WRONG_CLASS where the class has another name than the true one. */
export const classErrors = remembered((found: SegmentResult, truth: SampleTruth): Labels => {
  const { width, height, ignore } = truth;
  const toTruth = new Map(found.present.map(({ index, name }) => [index, truth.names.indexOf(name)]));
  const labels = resizeLabels(found.labels, found.width, found.height, width, height);
  const data = labels.map((label, i) => {
    const wanted = truth.labels[i] ?? ignore;
    return wanted === ignore || toTruth.get(label) === wanted ? NO_ERROR : WRONG_CLASS;
  });
  return { width, height, data };
});

/** Labels of image/masks/overlap.ts: A is the mask, B its truth (1 inside), which has the truth's size. */
export const maskErrors = remembered((shape: MaskShape, truth: SampleTruth, wanted: Uint8Array): Labels => {
  const { width, height } = truth;
  return { width, height, data: overlapAt(shape, { width, height, mask: wanted }, truth).labels };
});
