import { expect, test } from 'vitest';
import type { AttentionMaps } from '../../engine/results.ts';
import { levelName, mapsOfLevel, meanMap, weightAt } from './heat-map.ts';

const maps: AttentionMaps = {
  level: 1,
  tokens: 3,
  width: 2,
  height: 2,
  data: Float32Array.from([0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25, 0, 0, 0, 0.5]),
  coverX: 1,
  coverY: 0.75,
};

test('a word’s map is the mean of its tokens’ maps', () => {
  const map = meanMap(maps, [0, 1]);
  expect([...map.data]).toEqual([0.5, 0.5, 0.5, 0.5]);
  expect(map.max).toBe(0.5);
  expect(meanMap(maps, [2]).max).toBe(0.5);
});

test('tokens without a map are ignored', () => {
  expect([...meanMap(maps, [1, 7]).data]).toEqual([1, 0.75, 0.5, 0.25]);
  expect([...meanMap(maps, [9]).data]).toEqual([0, 0, 0, 0]);
});

test('the weight at a point is that of its cell, without the padding', () => {
  expect(weightAt(maps, [0], 0.1, 0.1)).toBe(0);
  expect(weightAt(maps, [0], 0.6, 0.1)).toBe(0.25);
  // 0.6 of the photo is 0.45 of the map: still the first row.
  expect(weightAt(maps, [0], 0.6, 0.6)).toBe(0.25);
  expect(weightAt(maps, [0], 0.999, 0.999)).toBe(0.75);
  expect(weightAt(maps, [0, 2], 0.999, 0.999)).toBe(0.625);
  expect(weightAt(maps, [], 0.5, 0.5)).toBe(0);
});

test('a level is found by its number; the finest one is the default', () => {
  const coarse = { ...maps, level: 2 };
  expect(mapsOfLevel([coarse, maps], 2)).toBe(coarse);
  expect(mapsOfLevel([coarse, maps], undefined)).toBe(maps);
  expect(mapsOfLevel([], 1)).toBeUndefined();
  expect(levelName(maps)).toBe('1/16 · 2 × 2');
});
