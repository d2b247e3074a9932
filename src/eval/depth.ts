import { VpdError } from '../errors.ts';
import type { DepthPrediction } from './predictor.ts';
import { type Evaluation, type Sums, total } from './sums.ts';

/** Pixels that are evaluated: min < truth < max in metres, in rows top…bottom and columns left…right (ends excluded). */
export interface DepthRange {
  readonly min: number;
  readonly max: number;
  readonly crop: readonly [top: number, bottom: number, left: number, right: number] | null;
}

const METRICS = ['rmse', 'd1', 'd2', 'd3', 'abs_rel', 'sq_rel', 'rmse_log', 'log10', 'silog'] as const;
type Metric = (typeof METRICS)[number];
export type DepthErrors = Readonly<Record<Metric, number>>;

/** δ1, δ2, δ3: the greater of the two ratios is below 1.25, 1.25², 1.25³. */
export const DELTA = 1.25;

/**
 * Computes the errors of one photo as VPD does (depth/utils_depth/metrics.py): RMSE in metres, shares δ1…δ3, relative and logarithmic
 * errors; silog = √(mean d² − ½ mean² d) with d the difference of natural logs. Infinite predictions become max; NaN and
 * values ≤ 0, min. Returns undefined if no pixel is evaluated.
 * @throws VpdError bad-request for sizes that differ
 */
export function depthErrors(
  { width, height, data }: DepthPrediction,
  truth: Float32Array,
  { min, max, crop }: DepthRange,
): DepthErrors | undefined {
  if (truth.length !== width * height || data.length !== truth.length)
    throw new VpdError(
      'bad-request',
      `A depth map of ${width}×${height} px cannot be compared with ${truth.length} values of truth.`,
    );
  const [top, bottom, left, right] = crop ?? [0, height, 0, width];
  const sums = { squared: 0, d1: 0, d2: 0, d3: 0, absRel: 0, sqRel: 0, log: 0, logSquared: 0, log10: 0 };
  let count = 0;
  for (let y = top; y < Math.min(bottom, height); y++)
    for (let x = left; x < Math.min(right, width); x++) {
      const wanted = truth[y * width + x] ?? 0;
      if (!(wanted > min && wanted < max)) continue;
      const found = finite(data[y * width + x] ?? Number.NaN, min, max);
      const difference = found - wanted;
      const ratio = Math.max(found / wanted, wanted / found);
      const log = Math.log(found) - Math.log(wanted);
      count++;
      sums.squared += difference ** 2;
      if (ratio < DELTA) sums.d1++;
      if (ratio < DELTA ** 2) sums.d2++;
      if (ratio < DELTA ** 3) sums.d3++;
      sums.absRel += Math.abs(difference) / wanted;
      sums.sqRel += difference ** 2 / wanted;
      sums.log += log;
      sums.logSquared += log ** 2;
      sums.log10 += Math.abs(log) / Math.LN10;
    }
  if (count === 0) return undefined;
  return {
    rmse: Math.sqrt(sums.squared / count),
    d1: sums.d1 / count,
    d2: sums.d2 / count,
    d3: sums.d3 / count,
    abs_rel: sums.absRel / count,
    sq_rel: sums.sqRel / count,
    rmse_log: Math.sqrt(sums.logSquared / count),
    log10: sums.log10 / count,
    silog: Math.sqrt(Math.max(0, sums.logSquared / count - 0.5 * (sums.log / count) ** 2)),
  };
}

function finite(metres: number, min: number, max: number): number {
  if (metres === Number.POSITIVE_INFINITY) return max;
  return metres > 0 ? metres : min;
}

const COUNTS = { images: [0], skipped: [0] };

/** Averages the errors of single photos; photos without a pixel of truth are skipped and counted. */
export const depthEvaluation: Evaluation = {
  empty: { ...COUNTS, ...Object.fromEntries(METRICS.map((metric) => [metric, [0]])) },
  hasFigures: (sums) => total(sums, 'images') > 0,
  report: (sums) => ({
    task: 'depth',
    images: total(sums, 'images'),
    skipped: total(sums, 'skipped'),
    ...Object.fromEntries(METRICS.map((metric) => [metric, total(sums, metric) / total(sums, 'images')])),
  }),
};

/** Returns the sums of one photo, which counts as skipped if `errors` is undefined. */
export function depthScore(errors: DepthErrors | undefined): Sums {
  if (!errors) return { ...depthEvaluation.empty, skipped: [1] };
  return { images: [1], skipped: [0], ...Object.fromEntries(METRICS.map((metric) => [metric, [errors[metric]]])) };
}
