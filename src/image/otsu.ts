import { range } from './planes.ts';

/** Number of histogram bins between the least and the greatest value. */
const STEPS = 256;

/**
 * Threshold that splits a plane of finite values into a low and a high part with the greatest variance between them (Otsu, 1979). If all
 * values are equal, that value, so that none lies above it; 0 for an empty plane.
 */
export function otsuThreshold(values: Float32Array): number {
  const [low, high] = range(values);
  if (high === low) return low;
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
