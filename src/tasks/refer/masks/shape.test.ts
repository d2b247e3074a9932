import { expect, test } from 'vitest';
import type { ReferResult } from '../../../engine/results.ts';
import { threshold } from '../../../image/masks/mask.ts';
import type { Stroke } from '../../../image/masks/stroke.ts';
import { shapeOf } from './shape.ts';

const [width, height] = [40, 30];
const PLAIN = { threshold: 0.5, specks: 0, holes: 0, strokes: [] };

/** A ramp from left to right with one dark pixel on its bright side and one bright pixel on its dark side. */
function ramp(): ReferResult {
  const probability = Float32Array.from({ length: width * height }, (_, i) => ((i % width) + 0.5) / width);
  probability[10 * width + 30] = 0.01;
  probability[10 * width + 5] = 0.99;
  const area = probability.filter((value) => value > 0.5).length / probability.length;
  return { width, height, probability, area, tokens: [], words: [], cut: [], maps: [], timings: [] };
}
const at = (mask: Uint8Array, x: number, y: number) => mask[y * width + x];
const dab = (x: number, y: number, erase = false): Stroke => ({ erase, radius: 3, points: [x, y] });
const above = (shape: ReturnType<typeof shapeOf>, level: number) => threshold(shape.plane.data, level);

test('without cleaning and strokes the drawn plane is the probability array itself, at any threshold', () => {
  const result = ramp();
  for (const level of [0.5, 0.25]) {
    const shape = shapeOf(result, { ...PLAIN, threshold: level });
    expect(shape.plane.data).toBe(result.probability);
    expect(shape.mask).toEqual(threshold(result.probability, level));
    expect(shape.inside).toBe(shape.mask.filter((value) => value === 1).length);
  }
});

test('cleaning sizes are shares of the photo, and the drawn plane agrees with the mask', () => {
  const result = ramp();
  const share = 2 / (width * height);
  expect(at(shapeOf(result, { ...PLAIN, specks: share }).mask, 30, 10)).toBe(0);
  const shape = shapeOf(result, { ...PLAIN, specks: share, holes: share });
  expect(at(shape.mask, 30, 10)).toBe(1);
  expect(at(shape.mask, 5, 10)).toBe(0);
  expect(above(shape, 0.5)).toEqual(shape.mask);
  expect(result.probability[10 * width + 30]).toBeCloseTo(0.01);
});

test('a mask with all pixels cleaned or erased differs from one that had no pixels', () => {
  const result = ramp();
  const erased: Stroke = { erase: true, radius: 2 * width, points: [0, 0] };
  for (const item of [
    { ...PLAIN, specks: 1 },
    { ...PLAIN, strokes: [erased] },
  ])
    expect(shapeOf(result, item)).toMatchObject({ inside: 0, above: Math.round(result.area * width * height) });
  for (const strokes of [[], [erased]])
    expect(shapeOf(result, { ...PLAIN, threshold: 1, strokes })).toMatchObject({ inside: 0, above: 0 });
});

test('brush strokes are kept at every threshold and after cleaning', () => {
  const result = ramp();
  const strokes = [dab(5, 20), dab(35, 20, true)];
  for (const level of [0.1, 0.5, 0.9]) {
    const shape = shapeOf(result, { threshold: level, specks: 0.1, holes: 0.1, strokes });
    expect(at(shape.mask, 5, 20)).toBe(1);
    expect(at(shape.mask, 35, 20)).toBe(0);
    expect(above(shape, level)).toEqual(shape.mask);
  }
});

test('strokes that grow, end and are undone give the same mask as drawing them from the start', () => {
  const grown = ramp();
  const line = (points: readonly number[]): Stroke => ({ erase: false, radius: 2, points });
  const first = dab(5, 5);
  const steps = [
    [first],
    [first, line([4, 12])],
    [first, line([4, 12, 9, 14])],
    [first, line([4, 12, 9, 14, 12, 25])],
    [first, line([4, 12, 9, 14, 12, 25]), dab(12, 25, true)],
    [first],
    [{ ...first, radius: 1 }],
    [{ ...first, radius: 1, points: [20, 20] }],
    [],
    [dab(5, 5, true)],
  ];
  for (const strokes of steps)
    expect(shapeOf(grown, { ...PLAIN, strokes }).mask).toEqual(shapeOf(ramp(), { ...PLAIN, strokes }).mask);
});
