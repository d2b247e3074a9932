/** Steps between the least and the greatest value in which a threshold is looked for. */
const STEPS = 256;

/**
 * The value that splits a plane best into a low and a high part: greatest variance between the two (Otsu, 1979). The least value where
 * all are equal, so that nothing lies above by chance.
 */
export function otsuThreshold(values: Float32Array): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high > low)) return values.length > 0 ? low : 0;
  const counts = new Float64Array(STEPS);
  for (const value of values) {
    const step = Math.min(STEPS - 1, Math.floor(((value - low) / (high - low)) * STEPS));
    counts[step] = (counts[step] ?? 0) + 1;
  }
  const total = counts.reduce((sum, count, step) => sum + count * step, 0);
  let best = { step: 0, variance: -1 };
  let below = 0;
  let sumBelow = 0;
  for (let step = 0; step < STEPS - 1; step++) {
    below += counts[step] ?? 0;
    sumBelow += (counts[step] ?? 0) * step;
    const above = values.length - below;
    if (below === 0 || above === 0) continue;
    const variance = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2;
    if (variance > best.variance) best = { step, variance };
  }
  return low + ((best.step + 1) / STEPS) * (high - low);
}
