import { expect, test } from 'vitest';
import { difference } from './difference.ts';

test('a difference is relative to the reference; NaN is counted', () => {
  expect(difference('x', Float32Array.of(3, 4.5), Float32Array.of(3, 4))).toEqual({
    tensor: 'x',
    relative: 0.1,
    max: 0.5,
    mean: 0.25,
    notFinite: 0,
  });
  expect(difference('x', Float32Array.of(3, Number.NaN), Float32Array.of(3, 4)).notFinite).toBe(1);
  // Labels have no distance, so the share that differs counts.
  expect(difference('labels', Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 2, 3, 9)).relative).toBe(0.25);
  expect(() => difference('x', Float32Array.of(3), Float32Array.of(3, 4))).toThrow(
    'x has 1 values and the reference 2: they are not from the same model.',
  );
});
