import { expect, test } from 'vitest';
import { BOTH, benchmarkIou, NEITHER, ONLY_A, ONLY_B, overlapAt, overlapOf } from './overlap.ts';

test.each([
  ['every kind of pixel', [1, 1, 0, 0], [0, 1, 1, 0], [ONLY_A, BOTH, ONLY_B, NEITHER], 1 / 3],
  ['any number except 0 is inside', [255, 0], [1, 7], [BOTH, ONLY_B], 1 / 2],
  ['disjoint', [1, 0], [0, 1], [ONLY_A, ONLY_B], 0],
  ['one empty', [0, 0], [0, 1], [NEITHER, ONLY_B], 0],
] as const)('%s', (_, a, b, labels, iou) => {
  const found = overlapOf(Uint8Array.from(a), Uint8Array.from(b));
  expect([...found.labels]).toEqual(labels);
  const count = (label: number) => labels.filter((each) => each === label).length;
  expect(found).toMatchObject({ onlyA: count(ONLY_A), onlyB: count(ONLY_B), both: count(BOTH) });
  expect(found.union).toBe(found.onlyA + found.onlyB + found.both);
  expect(found.iou).toBeCloseTo(iou, 12);
  expect(benchmarkIou(found)).toBe(found.iou);
});

test.each([0, 4])('two empty masks of %d pixels agree; the benchmarks count them as 0', (pixels) => {
  const found = overlapOf(new Uint8Array(pixels), new Uint8Array(pixels));
  expect(found).toMatchObject({ union: 0, iou: 1 });
  expect(benchmarkIou(found)).toBe(0);
});

test('masks of different sizes', () => {
  expect(() => overlapOf(new Uint8Array(4), new Uint8Array(3))).toThrow(
    'Masks of 4 and 3 pixels cannot be compared; they must have one size.',
  );
});

test('masks of one photo are compared at the size of the first, or at a given one', () => {
  const small = { width: 2, height: 1, mask: Uint8Array.of(1, 0) };
  const large = { width: 4, height: 1, mask: Uint8Array.of(0, 1, 1, 0) };
  expect([...overlapAt(large, small).labels]).toEqual([ONLY_B, BOTH, ONLY_A, NEITHER]);
  expect([...overlapAt(small, large, large).labels]).toEqual([ONLY_A, BOTH, ONLY_B, NEITHER]);
  expect(overlapAt(small, large).labels.length).toBe(2);
  expect([...small.mask], 'the masks are not changed').toEqual([1, 0]);
});
