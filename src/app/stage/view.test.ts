import { expect, test } from 'vitest';
import { pointOnPhoto } from './geometry.ts';
import { FIT, panView, revealView, type View, viewRect, visibleRect, widthView, zoomView } from './view.ts';

const STAGE = { width: 800, height: 600 };
const PHOTO = { width: 4000, height: 2000 };

/** Same aspect ratio as the stage: it overflows in both directions at once. */
const ALIKE = { width: 4000, height: 3000 };

/** The pixel of that photo under a point of the stage. */
function pixel(view: View, x: number, y: number): readonly [number, number] | undefined {
  const point = pointOnPhoto(viewRect(STAGE, ALIKE, view), x, y);
  return point && [Math.floor(point.u * ALIKE.width), Math.floor(point.v * ALIKE.height)];
}

test('zooming keeps the pixel under the pointer, in many steps as in one', () => {
  const at = { x: 612.3, y: 287.7 };
  const before = pixel(FIT, at.x, at.y);
  let view: View = FIT;
  for (let i = 0; i < 40; i++) {
    view = zoomView(STAGE, ALIKE, view, 1.1, at);
    expect(pixel(view, at.x, at.y)).toEqual(before);
  }
  expect(pixel(zoomView(STAGE, ALIKE, FIT, 1.1 ** 40, at), at.x, at.y)).toEqual(before);
});

test('zoom ends at the whole photo and at 32 CSS pixels per pixel', () => {
  const near = zoomView(STAGE, PHOTO, FIT, 1e9, { x: 400, y: 300 });
  expect(viewRect(STAGE, PHOTO, near).width / PHOTO.width).toBeCloseTo(32, 9);
  expect(zoomView(STAGE, PHOTO, near, 1e-9, { x: 10, y: 500 })).toEqual(FIT);
  const tiny = { width: 8, height: 6 };
  const [fitted, close] = [FIT, zoomView(STAGE, tiny, FIT, 1e9, { x: 0, y: 0 })].map((view) =>
    viewRect(STAGE, tiny, view),
  );
  expect((close?.width ?? 0) / (fitted?.width ?? 0)).toBeCloseTo(8, 9);
});

test('a width is reached exactly, and the point stays; a photo smaller than the stage is in its middle', () => {
  const at = { x: 612.3, y: 287.7 };
  const actual = widthView(STAGE, ALIKE, FIT, ALIKE.width, at);
  expect(viewRect(STAGE, ALIKE, actual).width).toBeCloseTo(ALIKE.width, 9);
  expect(pixel(actual, at.x, at.y)).toEqual(pixel(FIT, at.x, at.y));
  const small = { width: 200, height: 100 };
  const own = widthView(STAGE, small, FIT, small.width, at);
  expect(viewRect(STAGE, small, own)).toEqual({ x: 300, y: 250, ...small });
  expect(panView(STAGE, small, own, 50, 50)).toEqual(own);
  expect(zoomView(STAGE, small, own, 0.5, at), 'the whole photo is visible already').toEqual(own);
  expect(viewRect(STAGE, small, zoomView(STAGE, small, own, 1.5, at)).width).toBeCloseTo(300, 9);
  expect(zoomView(STAGE, small, zoomView(STAGE, small, own, 9, at), 0.01, at), 'back to the fitted photo').toEqual(FIT);
});

test('a photo larger than the stage leaves no gap, and a drag beyond the limit has no later effect', () => {
  const near = zoomView(STAGE, PHOTO, FIT, 4, { x: 400, y: 300 });
  const pushed = panView(STAGE, PHOTO, near, 1e6, -1e6);
  const rect = viewRect(STAGE, PHOTO, pushed);
  expect(rect.x).toBeCloseTo(0, 9);
  expect(rect.y + rect.height).toBeCloseTo(STAGE.height, 9);
  expect(viewRect(STAGE, PHOTO, panView(STAGE, PHOTO, pushed, -5, 5)).x).toBeCloseTo(-5, 9);
  expect(panView(STAGE, PHOTO, FIT, 50, 50)).toEqual(FIT);
  // Wider than the stage, but not as high: it moves only horizontally.
  const band = zoomView(STAGE, PHOTO, FIT, 1.4, { x: 400, y: 300 });
  const moved = viewRect(STAGE, PHOTO, panView(STAGE, PHOTO, band, 20, 20));
  expect(moved.y).toBeCloseTo((STAGE.height - moved.height) / 2, 9);
});

test('a crosshair that leaves the stage is followed by the smallest pan', () => {
  const near = zoomView(STAGE, PHOTO, FIT, 8, { x: 400, y: 300 });
  expect(revealView(STAGE, PHOTO, near, { u: 0.5, v: 0.5 })).toBe(near);
  const rect = viewRect(STAGE, PHOTO, revealView(STAGE, PHOTO, near, { u: 0.7, v: 0.5 }));
  expect(rect.x + 0.7 * rect.width).toBeCloseTo(STAGE.width - 24, 6);
  expect(rect.y).toBeCloseTo(viewRect(STAGE, PHOTO, near).y, 9);
});

test('the visible part of a rectangle', () => {
  expect(visibleRect(STAGE, { x: -100, y: 50, width: 5000, height: 200 })).toEqual({
    x: 0,
    y: 50,
    width: 800,
    height: 200,
  });
  expect(visibleRect(STAGE, { x: 900, y: 0, width: 10, height: 10 }).width).toBe(0);
});

test('an empty stage or photo gives an empty rectangle and leaves the view unchanged', () => {
  const none = { width: 0, height: 0 };
  expect(viewRect(none, PHOTO, FIT).width).toBe(0);
  expect(zoomView(STAGE, none, FIT, 2, { x: 0, y: 0 })).toBe(FIT);
  expect(panView(none, PHOTO, FIT, 1, 1)).toBe(FIT);
});
