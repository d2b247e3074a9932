import type { DepthResult } from '../../engine/results.ts';
import { type Distribution, distribution, percentile } from '../../image/percentile.ts';
import type { DepthView } from './view.ts';

const known = new WeakMap<DepthResult, Distribution>();

/** Computed once per result, so that moving a slider costs only a search in it. */
function distributionOf(result: DepthResult): Distribution {
  const found = known.get(result) ?? distribution(result.metres, result.min, result.max);
  known.set(result, found);
  return found;
}

/** Returns the depths at the two ends of the colours in metres, near first. */
export function rangeOf(
  result: DepthResult,
  { range }: Pick<DepthView, 'range'>,
): readonly [near: number, far: number] {
  switch (range.kind) {
    case 'whole':
      return [result.min, result.max];
    case 'percentile': {
      const spread = distributionOf(result);
      return [percentile(spread, range.low), percentile(spread, range.high)];
    }
    case 'typed':
      return [Math.min(range.near, range.far), Math.max(range.near, range.far)];
  }
}
