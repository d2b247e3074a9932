import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { decodeRle, encodeRle, rleToString } from './mask.ts';
import { maskPolygons, type Ring, withoutHoles } from './polygon.ts';
import { rasterizePolygon } from './rasterize.ts';

/** Even-odd filling by the crossings left of each pixel's centre; a simple reference for this test. */
function fill(rings: readonly Ring[], width: number, height: number): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const ring of rings)
    for (let i = 0; i < ring.length; i += 2) {
      const [ax = 0, ay = 0] = [ring[i], ring[i + 1]];
      const [bx = 0, by = 0] = [ring[(i + 2) % ring.length], ring[(i + 3) % ring.length]];
      for (let y = 0; y < height; y++) {
        const middle = y + 0.5;
        if (ay <= middle === by <= middle) continue;
        const crossing = ax + ((middle - ay) / (by - ay)) * (bx - ax);
        for (let x = 0; x < width; x++) if (x + 0.5 > crossing) mask[y * width + x] = mask[y * width + x] ? 0 : 1;
      }
    }
  return mask;
}

function noise(width: number, height: number, share: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: width * height }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 < share ? 1 : 0;
  });
}

/** An ellipse with an elliptic hole and an island in it. */
function ellipses(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [((i % width) - width / 2) / width, (Math.floor(i / width) - height / 2) / height];
    const r = Math.hypot(2.1 * x, 2.3 * y);
    return r < 0.2 || (r > 0.5 && r < 1) ? 1 : 0;
  });
}

const all = (polygons: ReturnType<typeof maskPolygons>) => polygons.flatMap(({ outer, holes }) => [outer, ...holes]);
const points = (rings: readonly Ring[]) => rings.reduce((sum, ring) => sum + ring.length / 2, 0);

test.each([
  ['a single pixel', Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0), 3, 3],
  ['everything', new Uint8Array(20).fill(1), 5, 4],
  ['two pixels that share a corner', Uint8Array.of(1, 0, 0, 1), 2, 2],
  ['ellipses', ellipses(160, 120), 160, 120],
  ['sparse noise', noise(61, 47, 0.3, 1), 61, 47],
  ['dense noise', noise(61, 47, 0.7, 2), 61, 47],
] as const)('filling the outlines restores every pixel: %s', (_, mask, width, height) => {
  const polygons = maskPolygons(mask, width, height);
  expect(fill(all(polygons), width, height)).toEqual(mask);
  // Also as rings without holes, because the cuts have no area.
  expect(fill(polygons.map(withoutHoles), width, height)).toEqual(mask);
});

// From pycocotools 2.0.11: area and sha256 of the counts of `merge(frPyObjects(polygons, height, width))` for our polygons. It rounds
// corners to fifths of a pixel, which may change whether the centre of a pixel is inside.
test.each([
  [90, 70, 3233, 0, '6eb9552fcafc667a75fd69bb31a67af18089789ff7de3959a58035508fe578e4'],
  [640, 480, 157_813, 12, '3235e47273c209d509718f2065854946424d8a3dd6c7cf144cfa403f3fd235ee'],
])('pycocotools fills them in the same way: %i × %i px', (width, height, area, different, hash) => {
  const mask = ellipses(width, height);
  const filled = new Uint8Array(mask.length);
  for (const ring of maskPolygons(mask, width, height).map(withoutHoles))
    for (const [i, inside] of decodeRle(rasterizePolygon(ring, width, height)).entries()) filled[i] ||= inside;
  const counts = rleToString(encodeRle(filled, width, height).counts);
  expect(createHash('sha256').update(counts).digest('hex')).toBe(hash);
  expect(filled.reduce((sum, value) => sum + value, 0)).toBe(area);
  expect(filled.filter((value, i) => value !== mask[i])).toHaveLength(different);
});

test('pieces, holes and their orientation', () => {
  const polygons = maskPolygons(ellipses(160, 120), 160, 120);
  expect(polygons.map(({ holes }) => holes.length)).toEqual([1, 0]);
  const area = (ring: Ring) => {
    let twice = 0;
    for (let i = 0; i < ring.length; i += 2) {
      const [ax = 0, ay = 0] = [ring[i], ring[i + 1]];
      const [bx = 0, by = 0] = [ring[(i + 2) % ring.length], ring[(i + 3) % ring.length]];
      twice += ax * by - bx * ay;
    }
    return twice / 2;
  };
  const [ringed] = polygons;
  expect(area(ringed?.outer ?? [])).toBeGreaterThan(0);
  expect(area(ringed?.holes[0] ?? [])).toBeLessThan(0);
});

test('straight sides and diagonals need few points; an empty mask has no polygons', () => {
  expect(points(all(maskPolygons(new Uint8Array(10_000).fill(1), 100, 100)))).toBeLessThanOrEqual(8);
  const triangle = Uint8Array.from({ length: 10_000 }, (_, i) => (i % 100 < i / 100 ? 1 : 0));
  expect(points(all(maskPolygons(triangle, 100, 100)))).toBeLessThanOrEqual(8);
  expect(maskPolygons(new Uint8Array(9), 3, 3)).toEqual([]);
});
