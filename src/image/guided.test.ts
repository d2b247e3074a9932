import { expect, test } from 'vitest';
import type { GuidedFilter } from '../vpd/config.ts';
import { applyFit, boxMean, coloursOf, createGuide } from './guided.ts';
import type { RgbImage } from './rgb.ts';

const FILTER = { radius: 3, epsilon: 1e-3 };

/** Resizes a plane along the photo's edges. */
function guidedResize(
  plane: Float32Array,
  width: number,
  height: number,
  photo: RgbImage,
  toWidth: number,
  toHeight: number,
  filter: GuidedFilter,
): Float32Array {
  const guide = createGuide(coloursOf(photo, width, height), filter);
  return applyFit(guide(plane), coloursOf(photo, toWidth, toHeight));
}

/** A photo whose colour depends on the place. */
function photoOf(width: number, height: number, colour: (x: number, y: number) => readonly number[]): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(colour(x, y), 3 * (y * width + x));
  return { width, height, data };
}
/** Left half dark, right half bright. */
const halves = (width: number, height: number) =>
  photoOf(width, height, (x) => (x < width / 2 ? [40, 50, 60] : [200, 190, 210]));
/** A plane whose step from 1 to 3 at the middle is smeared over `blur` pixels to either side. */
const smeared = (width: number, height: number, blur: number) =>
  Float32Array.from({ length: width * height }, (_, i) => {
    const along = ((i % width) + 0.5 - width / 2) / blur;
    return 2 + Math.min(1, Math.max(-1, along));
  });

function expectClose(found: Float32Array, expected: Float32Array, digits: number): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, digits);
}

test('means of windows are those of the definition, also at the edges', () => {
  const [width, height, radius] = [7, 5, 2];
  const plane = Float32Array.from({ length: width * height }, (_, i) => (i * 37) % 11);
  const expected = plane.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const window = plane.filter((__, k) => {
      const [u, v] = [k % width, Math.floor(k / width)];
      return Math.abs(u - x) <= radius && Math.abs(v - y) <= radius;
    });
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
  expectClose(boxMean(plane, width, height, radius), expected, 5);
});

test('windows larger than the plane have its mean', () => {
  expect([...boxMean(Float32Array.of(1, 2, 3, 6), 2, 2, 5)]).toEqual([3, 3, 3, 3]);
});

test('a plane that is a linear function of the colours stays as it is', () => {
  const photo = photoOf(16, 12, (x, y) => [16 * x, 20 * y, 9 * (x + y)]);
  const plane = Float32Array.from({ length: 192 }, (_, i) => {
    const [r = 0, g = 0, b = 0] = photo.data.subarray(3 * i, 3 * i + 3);
    return 1 + (2 * r - g + 0.5 * b) / 255;
  });
  const found = guidedResize(plane, 16, 12, photo, 16, 12, { radius: 3, epsilon: 1e-6 });
  expectClose(found, plane, 3);
});

test('in an even photo the plane is smoothed as by two means', () => {
  const photo = photoOf(9, 8, () => [90, 90, 90]);
  const plane = Float32Array.from({ length: 72 }, (_, i) => (i * 31) % 7);
  expectClose(guidedResize(plane, 9, 8, photo, 9, 8, FILTER), boxMean(boxMean(plane, 9, 8, 3), 9, 8, 3), 4);
});

test('a smeared step becomes sharp where the photo has its edge, at the photo’s own resolution', () => {
  const found = guidedResize(smeared(16, 12, 2), 16, 12, halves(64, 48), 64, 48, FILTER);
  const row = [...found.subarray(24 * 64, 25 * 64)];
  const [before = 0, after = 0] = [row[31], row[32]];
  expect(after - before, 'between two pixels').toBeGreaterThan(1);
  expect(row.slice(0, 20).every((value) => Math.abs(value - 1) < 0.1)).toBe(true);
  expect(row.slice(44).every((value) => Math.abs(value - 3) < 0.1)).toBe(true);
});

test('no value of an even plane changes, however the photo looks', () => {
  const photo = photoOf(20, 10, (x, y) => [(x * 53) % 256, (y * 97) % 256, (x * y) % 256]);
  const found = guidedResize(new Float32Array(50).fill(2.5), 10, 5, photo, 20, 10, FILTER);
  expectClose(found, new Float32Array(200).fill(2.5), 4);
});
