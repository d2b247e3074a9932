import { expect, test } from 'vitest';
import { compareShapes } from './compare.ts';
import type { MaskShape } from './shape.ts';

const shape = (...mask: number[]): MaskShape => ({
  width: mask.length,
  height: 1,
  mask: Uint8Array.from(mask),
  inside: 0,
  above: 0,
  plane: { width: mask.length, height: 1, data: new Float32Array(mask.length) },
});

test('only A, only B, both, and their IoU', () => {
  const { plane, ...figures } = compareShapes(shape(0, 1, 1, 0, 1), shape(0, 1, 0, 1, 0));
  expect([...plane.data]).toEqual([0, 3, 1, 2, 1]);
  expect(figures).toEqual({ iou: 0.25, onlyA: 0.4, onlyB: 0.2, both: 0.2 });
});

test('two empty masks have an IoU of 1', () => {
  expect(compareShapes(shape(0, 0), shape(0, 0))).toMatchObject({ iou: 1, onlyA: 0, onlyB: 0, both: 0 });
});

test('a mask of another size is compared at the size of the first', () => {
  const { plane, iou } = compareShapes(shape(1, 1, 0, 0), shape(1, 0));
  expect([plane.width, ...plane.data]).toEqual([4, 3, 3, 0, 0]);
  expect(iou).toBe(1);
});

test('with two models, the comparison on each side is computed once', () => {
  const [left, right] = [[shape(0, 1), shape(1, 1)] as const, [shape(1, 0), shape(1, 1)] as const];
  const first = [compareShapes(...left), compareShapes(...right)];
  expect(compareShapes(...left)).toBe(first[0]);
  expect(compareShapes(...right)).toBe(first[1]);
  expect(compareShapes(left[0], right[1])).not.toBe(first[0]);
});
