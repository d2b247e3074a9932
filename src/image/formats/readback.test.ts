import { expect, test } from 'vitest';
import { readsBack } from './readback.ts';

/** A canvas of one row. @param read what the browser makes of a channel when the page reads it */
function canvas(read: (channel: number, i: number) => number): Parameters<typeof readsBack>[0] {
  const pixels: number[] = [];
  return {
    fillStyle: '',
    fillRect(x, y, width, height) {
      expect([y, width, height]).toEqual([0, 1, 1]);
      const channels = String(this.fillStyle).match(/\d+/g)?.map(Number) ?? [];
      pixels.splice(4 * x, 4, ...channels, 255);
    },
    getImageData: () => ({ data: pixels.map(read) }),
  };
}

test('a canvas that returns what was drawn is accepted, also with a step of noise', () => {
  expect(readsBack(canvas((channel) => channel))).toBe(true);
  expect(readsBack(canvas((channel, i) => (i % 3 === 0 ? channel ^ 1 : channel)))).toBe(true);
});

test('a canvas that returns random, white or empty pixels is recognized', () => {
  expect(readsBack(canvas((_, i) => (101 * i + 57) % 256))).toBe(false);
  expect(readsBack(canvas(() => 255))).toBe(false);
  expect(readsBack(canvas(() => 0))).toBe(false);
});
