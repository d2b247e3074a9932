import { expect, test } from 'vitest';
import { changeOf, changePalette, GAINED, KEPT, LOST, OUTSIDE } from './change.ts';

test('every pixel is outside, kept, lost or gained, and the shares count them', () => {
  const change = changeOf(Float32Array.of(0.1, 0.9, 0.9, 0.2), Float32Array.of(0.4, 0.8, 0.5, 0.6), 0.5);
  expect([...change.labels]).toEqual([OUTSIDE, KEPT, LOST, GAINED]);
  expect(change).toMatchObject({ iou: 1 / 3, before: 0.5, after: 0.5, lost: 0.25, gained: 0.25 });
});

test('both masks use the given threshold', () => {
  const change = changeOf(Float32Array.of(0.1, 0.9), Float32Array.of(0.4, 0.8), 0.3);
  expect([...change.labels]).toEqual([GAINED, KEPT]);
  expect(change.iou).toBe(0.5);
});

test('two empty masks are equal', () => {
  expect(changeOf(Float32Array.of(0, 0), Float32Array.of(0, 0), 0.5)).toMatchObject({ iou: 1, before: 0, after: 0 });
});

test('pixels outside both masks are transparent', () => {
  const palette = changePalette();
  expect([OUTSIDE, KEPT, LOST, GAINED].map((label) => (palette[4 * label + 3] ?? 0) > 0)).toEqual([
    false,
    true,
    true,
    true,
  ]);
});
