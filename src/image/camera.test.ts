import { describe, expect, test } from 'vitest';
import { distance, focalLength, trainingFov, unproject } from './camera.ts';

test('the focal length of a field of view', () => {
  expect(focalLength(200, 90)).toBeCloseTo(100, 10);
});

describe('the field of view that a network takes a photo to have', () => {
  const tiny = { longSide: 320, shortSide: 256, multiple: 64 };
  const full = { longSide: 512, multiple: 64 };

  test.each([
    ['the training camera’s own frame', tiny, 640, 480, 63.33],
    ['the same, smaller', tiny, 320, 240, 63.33],
    ['a wide photo', tiny, 1536, 864, 63.33],
    ['an upright photo', tiny, 480, 640, 49.65],
    ['a square photo, a crop at the same focal length', tiny, 1000, 1000, 52.52],
    ['a square photo where the short side has no limit of its own', full, 1000, 1000, 63.33],
    ['an upright photo there', full, 1152, 1536, 49.65],
  ])('%s', (_, working, width, height, degrees) => {
    expect(trainingFov({ width, height }, working)).toBeCloseTo(degrees, 2);
  });

  test('at any size it works at, the focal length is the camera’s, scaled as its frames are', () => {
    // 518.86 px in 640 px of width: 259.43 px in the 320 px that the embedded pack sees, whatever the shape.
    for (const [width, height, seen] of [
      [640, 480, 320],
      [480, 640, 240],
      [900, 900, 256],
    ] as const)
      expect(focalLength(seen, trainingFov({ width, height }, tiny))).toBeCloseTo(259.43, 2);
    const smaller = { longSide: 160, shortSide: 128, multiple: 64 };
    expect(trainingFov({ width: 900, height: 900 }, smaller)).toBeCloseTo(52.52, 2);
  });
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
