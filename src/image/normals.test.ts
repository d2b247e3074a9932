import { expect, test } from 'vitest';
import { focalLength } from './camera.ts';
import { normalColours, normalsOf } from './normals.ts';

const WIDTH = 40;
const HEIGHT = 30;
const FOCAL = focalLength(WIDTH, 63);

/** Depth of the plane n·p = n·(0, 0, −distance), seen through each pixel. */
function planeDepth(normal: readonly [number, number, number], distance: number): Float32Array {
  const [nx, ny, nz] = normal;
  return Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const u = ((i % WIDTH) + 0.5 - WIDTH / 2) / FOCAL;
    const v = (HEIGHT / 2 - Math.floor(i / WIDTH) - 0.5) / FOCAL;
    return (nz * distance) / (nz - nx * u - ny * v);
  });
}

test.each([[[0, 0, 1]], [[0.6, 0, 0.8]], [[0, 0.6, 0.8]], [[-0.48, 0.6, 0.64]]] as const)(
  'the normal of a plane is %j everywhere',
  (normal) => {
    const found = normalsOf(planeDepth(normal, 2), WIDTH, HEIGHT, FOCAL);
    for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(normal[i % 3] ?? 0, 5);
  },
);

test('normals next to a depth jump are those of their own surface', () => {
  const step = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH < 20 ? 1 : 3));
  const found = normalsOf(step, WIDTH, HEIGHT, FOCAL);
  for (let i = 0; i < found.length; i += 3) expect([...found.subarray(i, i + 3)]).toEqual([0, 0, 1]);
});

test('a single pixel and unknown depth have normals towards the camera', () => {
  expect([...normalsOf(Float32Array.of(2), 1, 1, 10)]).toEqual([0, 0, 1]);
  expect([...normalsOf(new Float32Array(4), 2, 2, 10)].filter((_, i) => i % 3 === 2)).toEqual([1, 1, 1, 1]);
});

test('colours run from −1 to 1', () => {
  expect([...normalColours(Float32Array.of(0, 0, 1, -1, 1, 0))]).toEqual([128, 128, 255, 0, 255, 128]);
});

test('an unknown depth faces the camera', () => {
  for (const depth of [Number.POSITIVE_INFINITY, Number.NaN, 0])
    expect([...normalsOf(Float32Array.of(depth), 1, 1, FOCAL)], `${depth}`).toEqual([0, 0, 1]);
  const beside = normalsOf(Float32Array.of(1, Number.POSITIVE_INFINITY), 2, 1, FOCAL);
  expect([...beside], 'an infinite neighbour').toEqual([0, 0, 1, 0, 0, 1]);
});
