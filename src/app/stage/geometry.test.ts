import { expect, test } from 'vitest';
import { containRect, movePoint, pointOnPhoto, wholePixels } from './geometry.ts';

test('a photo is fitted inside and centred', () => {
  expect(containRect({ width: 200, height: 100 }, { width: 50, height: 50 })).toEqual({
    x: 50,
    y: 0,
    width: 100,
    height: 100,
  });
  expect(containRect({ width: 100, height: 200 }, { width: 400, height: 100 })).toEqual({
    x: 0,
    y: 87.5,
    width: 100,
    height: 25,
  });
  expect(containRect({ width: 0, height: 10 }, { width: 4, height: 1 }).width).toBe(0);
});

test('points outside the photo are undefined', () => {
  const rect = { x: 50, y: 0, width: 100, height: 100 };
  expect(pointOnPhoto(rect, 50, 0)).toEqual({ u: 0, v: 0 });
  expect(pointOnPhoto(rect, 100, 25)).toEqual({ u: 0.5, v: 0.25 });
  expect(pointOnPhoto(rect, 150, 25)).toBeUndefined();
  expect(pointOnPhoto({ x: 0, y: 0, width: 0, height: 0 }, 0, 0)).toBeUndefined();
});

test('keys move by whole pixels and stop at the edges', () => {
  const photo = { width: 10, height: 4 };
  expect(movePoint({ u: 0.5, v: 0.5 }, 1, -1, photo)).toEqual({ u: 0.65, v: 0.375 });
  expect(movePoint({ u: 0, v: 0 }, -5, -5, photo)).toEqual({ u: 0.05, v: 0.125 });
  expect(movePoint({ u: 0.99, v: 0.99 }, 99, 99, photo)).toEqual({ u: 0.95, v: 0.875 });
});

test('only a photo at its own size is moved to whole pixels', () => {
  const photo = { width: 40, height: 30 };
  const rect = { x: 10.4, y: -3.5, width: 40.2, height: 30.1 };
  expect(wholePixels(rect, photo)).toEqual({ x: 10, y: -3, width: 40, height: 30 });
  const larger = { ...rect, width: 41 };
  expect(wholePixels(larger, photo)).toBe(larger);
});
