import { expect, test } from 'vitest';
import { cropPixels } from './display.ts';

/** Every channel holds its offset. */
const image = { width: 5, height: 4, data: Uint8Array.from({ length: 60 }, (_, i) => i) };

test('a part has the photo’s own pixels, row by row', () => {
  const part = cropPixels(image, { x: 3, y: 1, width: 2, height: 2 });
  expect(part).toEqual({ width: 2, height: 2, data: Uint8Array.of(24, 25, 26, 27, 28, 29, 39, 40, 41, 42, 43, 44) });
  expect(cropPixels(image, { x: 0, y: 0, width: 5, height: 4 })).toEqual(image);
});

test.each([
  ['beyond the right edge', { x: 4, y: 0, width: 2, height: 1 }],
  ['beyond the lower edge', { x: 0, y: 3, width: 1, height: 2 }],
  ['before the photo', { x: -1, y: 0, width: 2, height: 1 }],
  ['empty', { x: 0, y: 0, width: 0, height: 1 }],
  ['of half a pixel', { x: 0.5, y: 0, width: 1, height: 1 }],
])('a part that is %s is refused', (_what, crop) => {
  expect(() => cropPixels(image, crop)).toThrow('The part of the photo does not lie within its 5 × 4 pixels.');
});
