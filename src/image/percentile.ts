/** Fine enough that a percentile is off by at most 1/65536 of the whole range: less than a colour step, and no sort of millions. */
const BINS = 65_536;

/** How the finite values of a plane are spread between `min` and `max`. */
export interface Distribution {
  readonly min: number;
  readonly max: number;
  /** Number of values up to and including bin i. */
  readonly upTo: Uint32Array;
}

/** @param min,max Least and greatest finite value, as `range()` of planes.ts gives. */
export function distribution(plane: Float32Array, min: number, max: number): Distribution {
  const upTo = new Uint32Array(BINS);
  const scale = max > min ? (BINS - 1) / (max - min) : 0;
  // Plain loop and integer rounding: this runs on the page's thread when the range is first asked for, over millions of values.
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i] ?? 0;
    if (!(value >= min && value <= max)) continue;
    const bin = ((value - min) * scale + 0.5) | 0;
    upTo[bin] = (upTo[bin] ?? 0) + 1;
  }
  for (let i = 1; i < BINS; i++) upTo[i] = (upTo[i] ?? 0) + (upTo[i - 1] ?? 0);
  return { min, max, upTo };
}

/** The value that `percent` per cent of the values do not exceed; `min` for 0, `max` for 100. */
export function percentile({ min, max, upTo }: Distribution, percent: number): number {
  const wanted = (Math.min(100, Math.max(0, percent)) / 100) * (upTo[BINS - 1] ?? 0);
  if (wanted === 0) return min;
  let low = 0;
  let high = BINS - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((upTo[middle] ?? 0) >= wanted) high = middle;
    else low = middle + 1;
  }
  return min + ((max - min) * low) / (BINS - 1);
}

/** The middle value, exactly; of an even number of values, the mean of the two in the middle. NaN where nothing is finite. */
export function median(values: Float32Array): number {
  const order = values.filter(Number.isFinite).sort();
  const middle = order.length >> 1;
  const upper = order[middle] ?? Number.NaN;
  return order.length % 2 === 1 ? upper : ((order[middle - 1] ?? Number.NaN) + upper) / 2;
}
