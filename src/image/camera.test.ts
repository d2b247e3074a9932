import { describe, expect, test } from 'vitest';
import { cameraFov, distance, focalLength, trainingFov, unproject } from './camera.ts';

test('the focal length of a field of view', () => {
  expect(focalLength(200, 90)).toBeCloseTo(100, 10);
});

describe('the field of view that a network assumes for a photo', () => {
  const tiny = { longSide: 320, shortSide: 256, multiple: 64 };
  const full = { longSide: 512, multiple: 64 };

  test.each([
    ['the training camera’s own frame', tiny, 640, 480, 63.33],
    ['the same, smaller', tiny, 320, 240, 63.33],
    ['a wide photo', tiny, 1536, 864, 63.33],
    ['an upright photo', tiny, 480, 640, 49.65],
    ['a square photo, a crop at the same focal length', tiny, 1000, 1000, 52.52],
    ['a square photo without a limit of the short side', full, 1000, 1000, 63.33],
    ['an upright photo without a limit of the short side', full, 1152, 1536, 49.65],
  ])('%s', (_, working, width, height, degrees) => {
    expect(trainingFov({ width, height }, working)).toBeCloseTo(degrees, 2);
  });

  test('at any working size, the focal length is the camera’s, scaled like its frames', () => {
    // 518.86 px for a width of 640 px, so 259.43 px at the 320 px of the embedded pack, whatever the shape.
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

describe('the field of view from the EXIF of a photo', () => {
  const phone = { format: 'jpeg', width: 4032, height: 3024, animated: false, cmyk: false } as const;

  test.each([
    ['a phone’s main camera', { ...phone, exif: { orientation: 1, focal35: 26 } }, 67.3],
    [
      'the same camera held upright, by its orientation tag',
      { ...phone, exif: { orientation: 6, focal35: 26 } },
      53.06,
    ],
    ['mirrored and upright, by its orientation tag', { ...phone, exif: { orientation: 5, focal35: 26 } }, 53.06],
    [
      'held upright, rotated by a program',
      { ...phone, width: 3024, height: 4032, exif: { orientation: 1, focal35: 26 } },
      53.06,
    ],
    [
      'downscaled',
      { ...phone, width: 800, height: 599, exif: { orientation: 1, focal35: 26, taken: [4032, 3024] } },
      67.34,
    ],
    [
      'rotated and downscaled',
      { ...phone, width: 600, height: 800, exif: { orientation: 1, focal35: 26, taken: [4032, 3024] } },
      53.06,
    ],
    // 36 mm wide at 50 mm.
    ['a frame of film', { ...phone, width: 3600, height: 2400, exif: { orientation: 1, focal35: 50 } }, 39.6],
  ] as const)('%s', (_, header, degrees) => {
    expect(cameraFov(header)).toBeCloseTo(degrees, 1);
  });

  test.each([
    ['no EXIF', phone],
    ['EXIF without a focal length', { ...phone, exif: { orientation: 1 } }],
    [
      'cropped to another shape',
      { ...phone, height: 2268, exif: { orientation: 1, focal35: 26, taken: [4032, 3024] } },
    ],
    ['cropped to a square', { ...phone, width: 3024, exif: { orientation: 1, focal35: 26, taken: [4032, 3024] } }],
    ['a panorama', { ...phone, width: 12_000, exif: { orientation: 1, focal35: 26 } }],
    ['a telescope', { ...phone, exif: { orientation: 1, focal35: 2000 } }],
    ['a fisheye', { ...phone, exif: { orientation: 1, focal35: 6 } }],
  ] as const)('is undefined: %s', (_, header) => {
    expect(cameraFov(header)).toBeUndefined();
  });
});

test('pixels become points: x right, y up, the camera looks along −z', () => {
  const picture = { width: 200, height: 100 };
  const focal = focalLength(200, 90);
  expect(unproject(99.5, 49.5, 3, picture, focal)).toEqual([0, 0, -3]);
  // With a field of view of 90°, the right edge is as far from the axis as from the camera plane.
  expect(unproject(199.5, 49.5, 2, picture, focal)[0]).toBeCloseTo(2, 10);
  expect(unproject(99.5, -0.5, 2, picture, focal)[1]).toBeCloseTo(1, 10);
  expect(unproject(0, 0, 0, picture, focal).every((value) => value === 0)).toBe(true);
});

test('distance between two points of different depth', () => {
  expect(distance([0, 0, -1], [3, 4, -13])).toBe(13);
});
