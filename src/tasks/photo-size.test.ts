import { expect, test } from 'vitest';
import { isUnusualShape, shapeNote } from './photo-size.ts';

const END = 'and the model learned from photos of usual shapes: expect more mistakes, or crop the photo.';

test.each([
  [6000, 400, `This photo is 15 times as wide as high, ${END}`],
  [331, 100, `This photo is 3.3 times as wide as high, ${END}`],
  [100, 401, `This photo is 4 times as high as wide, ${END}`],
  [300, 100, undefined],
  [100, 300, undefined],
  [1920, 1080, undefined],
])('%i × %i', (width, height, note) => {
  expect(shapeNote({ width, height })).toBe(note);
  expect(isUnusualShape({ width, height })).toBe(note !== undefined);
});
