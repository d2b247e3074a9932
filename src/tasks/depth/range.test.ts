import { expect, test } from 'vitest';
import type { DepthResult } from '../../engine/results.ts';
import { rangeOf } from './range.ts';

test('the range is that of the whole photo, of percentiles or as typed, near first', () => {
  const metres = Float32Array.from({ length: 1000 }, (_, i) => (i === 7 ? 50 : 1 + i / 1000));
  const result: DepthResult = { width: 100, height: 10, metres, min: 1, max: 50, timings: [] };
  expect(rangeOf(result, { range: { kind: 'whole' } })).toEqual([1, 50]);
  const [low, high] = rangeOf(result, { range: { kind: 'percentile', low: 2, high: 98 } });
  expect(low).toBeCloseTo(1.02, 2);
  expect(high).toBeCloseTo(1.98, 2);
  expect(rangeOf(result, { range: { kind: 'typed', near: 4, far: 0.5 } })).toEqual([0.5, 4]);
});
