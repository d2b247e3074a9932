import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeRle, maskArea, rleFromString } from './mask.ts';
import { rasterizePolygon } from './rasterize.ts';

interface Case {
  readonly size: readonly [number, number];
  readonly polygon: readonly number[];
  readonly counts: string;
  readonly area: number;
}
/** Polygons and their masks by pycocotools 2.0: random ones, with duplicate corners, outside the picture, and the whole picture. */
const cases: readonly Case[] = JSON.parse(readFileSync(new URL('../testdata/polygons.json', import.meta.url), 'utf8'));

test('polygons are filled exactly as in pycocotools', () => {
  expect(cases.length).toBeGreaterThan(20);
  for (const { size, polygon, counts, area } of cases) {
    const [height, width] = size;
    const rle = rasterizePolygon(polygon, width, height);
    const mask = decodeRle(rle);
    expect([...mask], JSON.stringify(polygon)).toEqual([...decodeRle({ size, counts: rleFromString(counts) })]);
    expect(rle.counts, JSON.stringify(polygon)).toEqual(rleFromString(counts));
    expect(maskArea(mask)).toBe(area);
  }
});

test('corners far outside the picture cost no time', () => {
  const far = [-1e5, -1e5, 1e5, -1e5, 1e5, 1e5, -1e5, 1e5];
  // Around the picture an odd number of times.
  const corners = Array.from({ length: 1001 }, () => far).flat();
  expect(rasterizePolygon(corners, 64, 48).counts).toEqual([0, 64 * 48]);
});

test.each([
  [[0, 0, 1, 1], 'A polygon has 2 corners; from 3 to 100000 were expected.'],
  [[0, 0, 1, 1, 2, 1e9], 'A polygon has a corner at 1000000000; places from −100000 to 100000 px were expected.'],
  [[0, 0, 1, 1, 2, Number.NaN], 'A polygon has a corner at NaN; places from −100000 to 100000 px were expected.'],
])('refuses %j', (polygon, message) => {
  expect(() => rasterizePolygon(polygon, 10, 10)).toThrow(message);
});
