import { expect, test } from 'vitest';
import { DEFAULT_FOV, distance, focalLength, unproject } from './camera.ts';

test('the default is the camera of NYU Depth V2', () => {
  expect(Math.abs(focalLength(640, DEFAULT_FOV) / 518.9 - 1)).toBeLessThan(0.01);
  expect(focalLength(200, 90)).toBeCloseTo(100, 10);
});

test('pixels become points: x right, y up, the camera looks along −z', () => {
  const picture = { width: 200, height: 100 };
  const focal = focalLength(200, 90);
  expect(unproject(99.5, 49.5, 3, picture, focal)).toEqual([0, 0, -3]);
  // The right edge of a 90° picture is as far from the axis as it is deep.
  expect(unproject(199.5, 49.5, 2, picture, focal)[0]).toBeCloseTo(2, 10);
  expect(unproject(99.5, -0.5, 2, picture, focal)[1]).toBeCloseTo(1, 10);
  expect(unproject(0, 0, 0, picture, focal).every((value) => value === 0)).toBe(true);
});

test('distance between two points of different depth', () => {
  expect(distance([0, 0, -1], [3, 4, -13])).toBe(13);
});
