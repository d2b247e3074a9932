import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { drawMarks } from './draw-marks.ts';

const SIZE = { width: 400, height: 300 };
const A = { u: 0, v: 0.5 };
const B = { u: 0.75, v: 0.01 };

/** Width of every text, in CSS pixels. */
const TEXT = 60;

let texts: (readonly [text: string, x: number, y: number])[];
let lines: number;

/** A context that records what is written, and counts lines. */
function recorder(): CanvasRenderingContext2D {
  texts = [];
  lines = 0;
  return Object.assign(Object.create(null), {
    measureText: () => ({ width: TEXT }),
    strokeText() {},
    fillText: (...text: (typeof texts)[number]) => void texts.push(text),
    stroke: () => void lines++,
    fill() {},
  });
}

beforeEach(() => {
  vi.stubGlobal('document', {});
  vi.stubGlobal('getComputedStyle', () => ({ getPropertyValue: () => 'monospace' }));
  vi.stubGlobal(
    'Path2D',
    class {
      arc() {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

test('both points and their distance are written, each text inside the picture', () => {
  drawMarks(recorder(), { points: [A, B], depths: [1, 2.5], distance: 1.75 }, SIZE);
  expect(texts).toEqual([
    // Moved to the right, so that the left half of the text is in the picture.
    ['A 1.00 m', TEXT / 2 + 4, 139],
    // Below the point, because there is no room above it.
    ['B 2.50 m', 300, 25],
    ['1.75 m', 150, 81.5],
  ]);
  // The line and two circles, each with a halo.
  expect(lines).toBe(6);
});

test('one point has no line and no distance', () => {
  drawMarks(recorder(), { points: [A], depths: [1], distance: undefined }, SIZE);
  expect([texts.length, lines]).toEqual([1, 2]);
});
