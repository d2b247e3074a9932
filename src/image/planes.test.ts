import { expect, it } from 'vitest';
import { range, resizeLabels, softmax2 } from './planes.ts';

it('softmax2 is the probability of the second plane', () => {
  const [half, sure, never, odds] = softmax2(Float32Array.of(2, -500, 500, 0, 2, 500, -500, Math.log(3)), 4);
  expect([half, sure, never]).toEqual([0.5, 1, 0]);
  expect(odds).toBeCloseTo(0.75, 6);
});

it('range skips values that are not finite', () => {
  expect(range(Float32Array.of(Number.NaN, 2, Number.POSITIVE_INFINITY, -1))).toEqual([-1, 2]);
  expect(range(Float32Array.of(Number.NaN))).toEqual([0, 0]);
});

it('resizeLabels takes the nearest pixel', () => {
  expect([...resizeLabels(Uint8Array.of(1, 2, 3, 4), 2, 2, 4, 2)]).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  expect([...resizeLabels(Uint8Array.of(1, 2, 3, 4, 5, 6), 3, 2, 1, 1)]).toEqual([5]);
});
