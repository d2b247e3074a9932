import { expect, test } from 'vitest';
import { distribution, median, percentile } from './percentile.ts';

test('percentiles of evenly spread values in any order', () => {
  const plane = Float32Array.from({ length: 1001 }, (_, i) => ((i * 17) % 1001) / 100);
  const spread = distribution(plane, 0, 10);
  for (const percent of [0, 2, 25, 50, 98, 100]) expect(percentile(spread, percent)).toBeCloseTo(percent / 10, 1);
  expect(percentile(spread, -5)).toBe(0);
  expect(percentile(spread, 400)).toBe(10);
});

test('outliers do not change the median, unknown values are ignored', () => {
  const plane = Float32Array.from({ length: 1000 }, (_, i) => (i < 10 ? 100 : 1 + i / 1000));
  plane[500] = Number.NaN;
  plane[501] = Number.POSITIVE_INFINITY;
  const spread = distribution(plane, 1.01, 100);
  expect(percentile(spread, 98)).toBeLessThan(2.01);
  expect(percentile(spread, 100)).toBe(100);
});

test('values outside the range and unknown ones are not counted', () => {
  const plane = Float32Array.of(Number.NaN, Number.NaN, Number.NEGATIVE_INFINITY, -5, 0, 10, 99);
  const spread = distribution(plane, 0, 10);
  expect([49, 50, 51].map((percent) => percentile(spread, percent))).toEqual([0, 0, 10]);
  expect(percentile(distribution(new Float32Array(0), 2, 3), 50)).toBe(2);
});

test('a flat plane has one value', () => {
  const spread = distribution(Float32Array.of(3, 3, 3), 3, 3);
  expect([percentile(spread, 0), percentile(spread, 50), percentile(spread, 100)]).toEqual([3, 3, 3]);
});

test('medians', () => {
  expect(median(Float32Array.of(3, Number.NaN, 1, 2))).toBe(2);
  expect(median(Float32Array.of(4, 1, 10, 2))).toBe(3);
  expect(median(new Float32Array(0))).toBeNaN();
});
