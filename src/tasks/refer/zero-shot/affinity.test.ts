import { expect, test } from 'vitest';
import { affinityOf, normalised, resampled, spread } from './affinity.ts';

/** Self-attention of 3×2 cells of which the photo covers 2×2 (the third column is padding). */
const self = {
  dims: [6, 6],
  data: Float32Array.from([
    // 0    1     pad   3     4     pad
    0.2,
    0.2,
    0.2,
    0.0,
    0.0,
    0.4, //
    0.1,
    0.3,
    0.3,
    0.0,
    0.0,
    0.3, //
    0.9,
    0.0,
    0.0,
    0.0,
    0.0,
    0.1, //
    0.0,
    0.0,
    0.0,
    0.5,
    0.5,
    0.0, //
    0.0,
    0.0,
    0.5,
    0.1,
    0.3,
    0.1, //
    0.9,
    0.0,
    0.0,
    0.0,
    0.0,
    0.1, //
  ]),
};

test('padding is left out, rows sum to one, and a power suppresses small weights', () => {
  const rounded = (power: number) =>
    [...affinityOf(self, 3, { width: 2, height: 2 }, power)].map((x) => Number(x.toFixed(4)));
  expect(rounded(1)).toEqual([0.5, 0.5, 0, 0, 0.25, 0.75, 0, 0, 0, 0, 0.5, 0.5, 0, 0, 0.25, 0.75]);
  expect(rounded(2)).toEqual([0.5, 0.5, 0, 0, 0.1, 0.9, 0, 0, 0, 0, 0.5, 0.5, 0, 0, 0.1, 0.9]);
});

test('a map spreads over cells with affinity, and nowhere else', () => {
  const affinity = affinityOf(self, 3, { width: 2, height: 2 }, 1);
  expect([...spread(Float32Array.of(1, 0, 0, 0), affinity, 1, 1)]).toEqual([0.5, 0.25, 0, 0]);
  expect([...spread(Float32Array.of(1, 0, 0, 0), affinity, 2, 1)]).toEqual([0.375, 0.3125, 0, 0]);
  expect([...spread(Float32Array.of(1, 0, 0, 0), affinity, 1, 0.5)]).toEqual([0.75, 0.125, 0, 0]);
  expect([...spread(Float32Array.of(1, 0, 0, 0), affinity, 0, 1)]).toEqual([1, 0, 0, 0]);
});

test('a map is resampled to cells of another size at the same place in the photo', () => {
  const coarse = { width: 2, height: 1, stride: 16, data: Float32Array.of(0, 1) };
  // Centres of the fine cells: 4, 12, 20, 28 px; of the coarse cells: 8 and 24 px.
  expect([...resampled(coarse, 4, 1, 8, 8)]).toEqual([0, 0.25, 0.75, 1]);
  // A photo of 24 px covers three of the four cells.
  expect([...resampled(coarse, 3, 1, 8, 8)]).toEqual([0, 0.25, 0.75]);
  const fine = { width: 4, height: 2, stride: 8, data: Float32Array.of(0, 2, 4, 6, 4, 6, 8, 10) };
  expect([...resampled(fine, 2, 1, 16, 16)]).toEqual([3, 7]);
});

test('values are stretched to 0…1', () => {
  expect([...normalised(Float32Array.of(-2, 0, 2))]).toEqual([0, 0.5, 1]);
  expect([...normalised(Float32Array.of(3, 3))]).toEqual([0, 0]);
});
