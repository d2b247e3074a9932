import { expect, test } from 'vitest';
import { counted, nothingShown } from './counts.ts';

test('counts have a plural and separators', () => {
  expect([0, 1, 74_632].map((count) => counted(count, 'point'))).toEqual(['0 points', '1 point', '74,632 points']);
});

test('an empty view says why', () => {
  const size = { width: 320, height: 240 };
  expect(nothingShown('mesh', { points: 4, triangles: 2 }, size)).toBeUndefined();
  expect(nothingShown('points', { points: 1, triangles: 0 }, size)).toBeUndefined();
  expect(nothingShown('mesh', { points: 1, triangles: 0 }, { width: 1, height: 1 })).toBe(
    'Nothing to show: a surface needs a photo of at least 2 × 2 pixels.',
  );
  expect(nothingShown('mesh', { points: 9, triangles: 0 }, size)).toBe(
    'Nothing to show: all of the surface is cut at its edges. Cut fewer edges, or show it as points.',
  );
  expect(nothingShown('points', { points: 0, triangles: 0 }, size)).toBe(
    'Nothing to show: all of the surface is cut at its edges. Cut fewer edges.',
  );
});
