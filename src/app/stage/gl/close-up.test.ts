import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Crop } from '../../../engine/protocol.ts';
import { type CloseUps, covers, createCloseUps, wantedCrop } from './close-up.ts';

const PHOTO = { id: 'a', width: 6000, height: 4000 };
const BITMAP = { width: 2048, height: 1365 };
const CANVAS = { width: 1200, height: 800 };
/** The photo at its own size, its middle on the canvas. */
const ACTUAL = { x: -2400, y: -1600, width: 6000, height: 4000 };

let closeUps: CloseUps;
let asked: { photo: string; crop: Crop; signal: AbortSignal; answer(image: ImageBitmap): void; fail(): void }[];
let closed: string[];
let redraws: number;

const image = (name: string): ImageBitmap =>
  Object.assign(Object.create(null), { width: 1, height: 1, close: () => void closed.push(name) });
const shown = (rect = ACTUAL, photo = PHOTO) => closeUps.of(photo, BITMAP, rect, CANVAS);
const moved = (by: number) => ({ ...ACTUAL, x: ACTUAL.x - by });
const settle = () => vi.advanceTimersByTimeAsync(1000);
/** Waits until the first close-up is drawn. */
async function drawFirst(): Promise<void> {
  shown();
  await settle();
  asked[0]?.answer(image('first'));
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  closed = [];
  redraws = 0;
  closeUps = createCloseUps(
    (photo, crop, signal) =>
      new Promise((answer, reject) =>
        asked.push({ photo, crop, signal, answer, fail: () => reject(new Error('lost')) }),
      ),
    () => redraws++,
  );
});
afterEach(() => vi.useRealTimers());

test('a close-up is wanted only where the photo has more pixels than its bitmap and is drawn larger than that', () => {
  expect(wantedCrop(PHOTO, BITMAP, { x: 0, y: 0, width: 2048, height: 1365 }, CANVAS)).toBeUndefined();
  expect(wantedCrop(BITMAP, BITMAP, ACTUAL, CANVAS)).toBeUndefined();
  expect(wantedCrop(PHOTO, BITMAP, ACTUAL, CANVAS, 0)).toEqual({
    x: 2400,
    y: 1600,
    width: 1200,
    height: 800,
    scale: 1,
  });
});

test('it has a margin that ends at the photo’s edge, as many pixels as the screen, and at most 4096 on a side', () => {
  const corner = { x: 0, y: 0, width: 3000, height: 2000 };
  expect(wantedCrop(PHOTO, BITMAP, corner, CANVAS)).toEqual({ x: 0, y: 0, width: 3000, height: 2000, scale: 0.5 });
  const wide = { width: 6000, height: 4000 };
  expect(wantedCrop(PHOTO, BITMAP, { x: 0, y: 0, ...wide }, wide)?.scale).toBeCloseTo(4096 / 6000);
});

test('on a large screen it has less margin, but the photo’s own pixels', () => {
  const crop = wantedCrop(PHOTO, BITMAP, ACTUAL, { width: 3600, height: 1600 });
  expect(crop?.scale).toBe(1);
  expect(crop?.width).toBeGreaterThan(3600);
  expect(crop?.width).toBeLessThanOrEqual(4096);
});

test('a photo that is moved and moved back keeps its close-up', async () => {
  await drawFirst();
  shown(moved(2000));
  await vi.advanceTimersByTimeAsync(50);
  expect(shown()).toBeDefined();
  await settle();
  expect(asked).toHaveLength(1);
  expect(closed).toEqual([]);
});

test('a crop covers what lies inside it with no more pixels', () => {
  const crop = { x: 100, y: 100, width: 400, height: 300, scale: 0.5 };
  expect(covers(crop, { x: 100, y: 100, width: 400, height: 300, scale: 0.5 })).toBe(true);
  expect(covers(crop, { x: 99, y: 100, width: 100, height: 100, scale: 0.5 })).toBe(false);
  expect(covers(crop, { x: 200, y: 150, width: 100, height: 251, scale: 0.5 })).toBe(false);
  expect(covers(crop, { x: 200, y: 150, width: 100, height: 100, scale: 0.6 })).toBe(false);
});

test('it is requested once the photo rests, drawn when it is there, and kept for small movements', async () => {
  expect(shown()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(100);
  expect(shown(moved(2000)), 'still moving').toBeUndefined();
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toEqual([]);
  await settle();
  expect(asked.map(({ crop }) => crop)).toEqual([{ x: 4100, y: 1400, width: 1800, height: 1200, scale: 1 }]);
  asked[0]?.answer(image('first'));
  await settle();
  expect(redraws).toBe(1);
  expect(shown(moved(2000))?.part).toEqual({ x: 4100 / 6000, y: 1400 / 4000, width: 0.3, height: 0.3 });
  expect(shown(moved(2200))).toBeDefined();
  await settle();
  expect(asked).toHaveLength(1);
});

test('a larger movement keeps the close-up until the next one has replaced it', async () => {
  await drawFirst();
  expect(shown(moved(2000))).toBeDefined();
  await settle();
  expect(asked).toHaveLength(2);
  expect(closed).toEqual([]);
  asked[1]?.answer(image('second'));
  await settle();
  expect(closed).toEqual(['first']);
});

test('one that is not needed any more is cancelled, and closed if it comes all the same', async () => {
  shown();
  await settle();
  expect(shown({ x: 0, y: 0, width: 1200, height: 800 })).toBeUndefined();
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[0]?.answer(image('late'));
  await settle();
  expect([closed, redraws]).toEqual([['late'], 0]);
});

test('another photo never gets it', async () => {
  await drawFirst();
  expect(shown(ACTUAL, { ...PHOTO, id: 'b' })).toBeUndefined();
});

test('a failure is not repeated until another part is needed', async () => {
  shown();
  await settle();
  asked[0]?.fail();
  await settle();
  expect(shown()).toBeUndefined();
  await settle();
  expect(asked).toHaveLength(1);
  shown(moved(2000));
  await settle();
  expect(asked).toHaveLength(2);
});

test('the end frees it', async () => {
  await drawFirst();
  closeUps.end();
  expect(closed).toEqual(['first']);
});
