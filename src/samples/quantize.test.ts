import { expect, test } from 'vitest';
import { packLogits, packPlanes, sigmoid, unpackLogits, unpackPlanes } from './quantize.ts';

test('the edge of a mask does not move', () => {
  const differences = Float32Array.of(-100, -6, -0.03, 0, 0.03, 6, 100);
  const back = unpackLogits(packLogits(differences));
  expect([...back].map(Math.sign)).toEqual([-1, -1, -1, 0, 1, 1, 1]);
  const [before, after] = [sigmoid(differences), sigmoid(back)];
  after.forEach((p, i) => {
    expect(Math.abs(p - (before[i] ?? 0))).toBeLessThanOrEqual(0.5 / 254 + 1e-6);
  });
  expect(sigmoid(Float32Array.of(0))[0]).toBe(0.5);
});

test('every plane has its own scale', () => {
  const data = Float32Array.of(0.5, 0.25, 0.001, 0.0005, 0, 0);
  const { bytes, scales } = packPlanes(data, 2);
  expect(scales).toEqual([0.5, 0.001, 0]);
  unpackPlanes(bytes, scales, 2).forEach((value, i) => {
    expect(Math.abs(value - (data[i] ?? 0))).toBeLessThanOrEqual((scales[Math.floor(i / 2)] ?? 0) / 500);
  });
});
