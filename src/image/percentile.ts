/** Number of bins: the error is at most 1/65536 of the range, less than a colour step, without sorting millions of values. */
const BINS = 65_536;

/** Cumulative histogram of the finite values of a plane between `min` and `max`. */
export interface Distribution {
  readonly min: number;
  readonly max: number;
  /** Number of values up to and including bin i. */
  readonly upTo: Uint32Array;
}

/** @param min,max least and greatest finite value, from `range()` of planes.ts */
export function distribution(plane: Float32Array, min: number, max: number): Distribution {
  const upTo = new Uint32Array(BINS);
  const scale = max > min ? (BINS - 1) / (max - min) : 0;
  // A plain loop with integer rounding, because this runs over millions of values on the page's main thread.
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i] ?? 0;
    if (!(value >= min && value <= max)) continue;
    const bin = ((value - min) * scale + 0.5) | 0;
    upTo[bin] = (upTo[bin] ?? 0) + 1;
  }
  for (let i = 1; i < BINS; i++) upTo[i] = (upTo[i] ?? 0) + (upTo[i - 1] ?? 0);
  return { min, max, upTo };
}

/** Value that `percent` % of the values do not exceed; `min` up to 0, `max` from 100 on. */
export function percentile({ min, max, upTo }: Distribution, percent: number): number {
  const wanted = (percent / 100) * (upTo[BINS - 1] ?? 0);
  let low = 0;
  let high = BINS - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((upTo[middle] ?? 0) >= wanted) high = middle;
    else low = middle + 1;
  }
  return min + ((max - min) * low) / (BINS - 1);
}

/** Exact median of the finite values (the mean of the middle two for an even number); NaN if there are none. */
export function median(values: Float32Array): number {
  const order = values.filter(Number.isFinite).sort();
  const middle = order.length >> 1;
  const upper = order[middle] ?? Number.NaN;
  return order.length % 2 === 1 ? upper : ((order[middle - 1] ?? Number.NaN) + upper) / 2;
}
