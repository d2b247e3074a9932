import { expect, test } from 'vitest';
import { otsuThreshold } from './otsu.ts';

test('lies between two heaps of unequal size', () => {
  const values = Float32Array.from({ length: 100 }, (_, i) => (i < 90 ? 1 + (i % 5) / 100 : 3 + (i % 3) / 100));
  const found = otsuThreshold(values);
  expect(found).toBeGreaterThan(1.04);
  expect(found).toBeLessThan(3);
  // Where the values lie does not matter.
  expect(otsuThreshold(values.map((value) => -10 + 4 * value))).toBeCloseTo(-10 + 4 * found, 4);
});

test('splits three heaps where the parts differ most', () => {
  const found = otsuThreshold(Float32Array.of(0, 0, 0, 0, 0, 1, 9, 10, 10));
  expect(found).toBeGreaterThan(1);
  expect(found).toBeLessThan(9);
});

test('leaves nothing above a flat plane', () => {
  expect(otsuThreshold(Float32Array.of(2, 2, 2))).toBe(2);
  expect(otsuThreshold(new Float32Array(0))).toBe(0);
});
