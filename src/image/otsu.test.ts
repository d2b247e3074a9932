import { expect, test } from 'vitest';
import { otsuThreshold } from './otsu.ts';

test('lies between two clusters of unequal size', () => {
  const values = Float32Array.from({ length: 100 }, (_, i) => (i < 90 ? 1 + (i % 5) / 100 : 3 + (i % 3) / 100));
  const found = otsuThreshold(values);
  expect(found).toBeGreaterThan(1.04);
  expect(found).toBeLessThan(3);
  // A linear map of the values maps the threshold in the same way.
  expect(otsuThreshold(values.map((value) => -10 + 4 * value))).toBeCloseTo(-10 + 4 * found, 4);
});

test('splits three clusters where the parts differ most', () => {
  const found = otsuThreshold(Float32Array.of(0, 0, 0, 0, 0, 1, 9, 10, 10));
  expect(found).toBeGreaterThan(1);
  expect(found).toBeLessThan(9);
});

test('no value of a flat plane lies above its threshold', () => {
  expect(otsuThreshold(Float32Array.of(2, 2, 2))).toBe(2);
  expect(otsuThreshold(new Float32Array(0))).toBe(0);
});
