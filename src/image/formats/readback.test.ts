import { expect, test } from 'vitest';
import { readsBack } from './readback.ts';

/** A canvas of one pixel. @param read what the browser makes of a channel when the page reads it */
function canvas(read: (channel: number, i: number) => number): Parameters<typeof readsBack>[0] {
  let pixel: number[] = [];
  return {
    fillStyle: '',
    fillRect(...rectangle) {
      expect(rectangle).toEqual([0, 0, 1, 1]);
      pixel = [...(String(this.fillStyle).match(/\d+/g)?.map(Number) ?? []), 255];
    },
    getImageData: () => ({ data: pixel.map(read) }),
  };
}

test('a canvas that returns what was drawn is accepted, also with a step of noise', () => {
  expect(readsBack(canvas((channel) => channel))).toBe(true);
  expect(readsBack(canvas((channel, i) => (i === 1 ? channel ^ 1 : channel)))).toBe(true);
});

test('a canvas that returns random, white or empty pixels is recognized', () => {
  expect(readsBack(canvas((_, i) => [238, 14, 201, 87][i] ?? 0))).toBe(false);
  expect(readsBack(canvas(() => 255))).toBe(false);
  expect(readsBack(canvas(() => 0))).toBe(false);
});
