import { describe, expect, it } from 'vitest';
import { VpdError } from '../errors.ts';
import { resizePlane, resizeToPlanes } from './resize.ts';

const width = 7;
const height = 5;
const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + 11) % 256);
const red = Float32Array.from({ length: width * height }, (_, i) => data[i * 3] ?? 0);

function expectClose(found: Float32Array, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] ?? Number.NaN)), `value ${i}`).toBeLessThan(1e-3);
  });
}

// Expected values: torch 2.13, interpolate(mode='bilinear', align_corners=False), float32, rounded to 3 digits.
describe('resizeToPlanes equals torch with antialias=True', () => {
  it('shrinking to 3×2', () => {
    expectClose(
      resizeToPlanes({ width, height, data }, 3, 2),
      [
        112.649, 154.497, 133.714, 93.247, 131.428, 151.714, 97.286, 131.262, 168.221, 115.286, 108.193, 148.818,
        134.286, 110.765, 127.922, 152.286, 128.765, 83.584,
      ],
    );
  });
  it('shrinking to 4×4', () => {
    expectClose(
      resizeToPlanes({ width, height, data }, 4, 4),
      [
        71.393, 172.45, 141.17, 121.298, 81.893, 182.95, 151.67, 131.798, 85.282, 115.797, 162.17, 142.298, 90.702,
        70.83, 172.67, 152.798, 96.202, 76.33, 178.17, 158.298, 106.702, 86.83, 188.67, 168.798, 117.202, 97.33,
        121.517, 172.186, 127.702, 107.83, 76.55, 177.607, 133.202, 113.33, 82.05, 183.107, 143.702, 123.83, 92.55,
        137.734, 154.202, 134.33, 103.05, 70.012, 164.702, 144.83, 113.55, 80.512,
      ],
    );
  });
  it('wider and lower, 9×2', () => {
    expectClose(
      resizeToPlanes({ width, height, data }, 9, 2),
      [
        20.0, 94.0, 175.162, 200.727, 97.0, 183.333, 127.444, 100.0, 174.0, 38.0, 112.0, 115.586, 82.97, 115.0, 201.333,
        145.444, 118.0, 192.0, 57.0, 131.0, 103.556, 47.667, 134.0, 211.283, 159.273, 137.0, 211.0, 75.0, 149.0,
        121.556, 65.667, 152.0, 93.525, 99.697, 155.0, 229.0, 94.0, 168.0, 140.556, 84.667, 171.0, 58.222, 87.667,
        150.727, 178.182, 112.0, 186.0, 158.556, 102.667, 189.0, 76.222, 105.667, 110.545, 21.636,
      ],
    );
  });
  it('resizing to the same size changes nothing', () => {
    const planes = resizeToPlanes({ width, height, data }, width, height);
    expect(planes.subarray(0, 35)).toEqual(red);
  });
});

describe('resizePlane equals torch', () => {
  it('enlarging to 10×8', () => {
    expectClose(
      resizePlane(red, width, height, 10, 8),
      [
        11.0, 72.05, 149.75, 227.45, 138.75, 126.85, 191.75, 90.25, 103.95, 165.0, 14.938, 75.987, 153.688, 231.387,
        142.688, 130.787, 195.688, 94.188, 107.887, 168.938, 20.562, 81.612, 159.312, 237.012, 148.313, 136.412,
        201.313, 99.812, 113.512, 174.562, 26.188, 87.237, 164.938, 242.637, 153.938, 142.037, 206.938, 105.438,
        119.137, 180.188, 31.812, 92.862, 150.562, 172.262, 131.563, 147.662, 212.563, 111.062, 124.762, 185.812,
        37.438, 98.487, 116.188, 25.888, 81.187, 153.287, 218.188, 116.688, 130.387, 191.437, 43.062, 104.112, 117.812,
        16.313, 81.212, 158.912, 223.813, 122.312, 136.012, 197.062, 47.0, 108.05, 121.75, 20.25, 85.15, 162.85, 227.75,
        126.25, 139.95, 201.0,
      ],
    );
  });
  it('shrinking without antialiasing', () => {
    expectClose(resizePlane(red, width, height, 3, 2), [91.75, 94.75, 97.75, 114.25, 117.25, 120.25]);
    expectClose(resizePlane(red, width, height, 1, 1), [106]);
  });
  it('from a single value', () => {
    expect([...resizePlane(Float32Array.of(3), 1, 1, 2, 2)]).toEqual([3, 3, 3, 3]);
  });
  it('refuses sizes that do not match', () => {
    expect(() => resizePlane(red, 8, 5, 2, 2)).toThrow(VpdError);
    expect(() => resizePlane(red, 7, 5, 0, 2)).toThrow(
      'A plane of 35 values cannot be resized from 7×5 to 0×2; sizes must be positive and match the values.',
    );
  });
});
