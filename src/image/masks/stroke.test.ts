import { expect, test } from 'vitest';
import { ADDED, drawStroke, ERASED } from './stroke.ts';

const rows = (edits: Uint8Array, width: number) =>
  Array.from({ length: edits.length / width }, (_, y) => [...edits.subarray(y * width, (y + 1) * width)].join(''));

test('draws discs and lines, and erases', () => {
  const edits = new Uint8Array(7 * 5);
  drawStroke(edits, 7, 5, { erase: false, radius: 1, points: [1.5, 2.5, 5.5, 2.5] });
  expect(rows(edits, 7)).toEqual(['0000000', '0111110', '1111111', '0111110', '0000000']);
  drawStroke(edits, 7, 5, { erase: true, radius: 0.1, points: [3.2, 2.9] });
  expect(edits[2 * 7 + 3]).toBe(ERASED);
  expect(edits.filter((value) => value === ADDED)).toHaveLength(16);
});

test('a stroke drawn point by point equals the stroke drawn at once; nothing is drawn outside the mask', () => {
  const stroke = { erase: false, radius: 2.3, points: [-3, -3, 4, 9, 30, 2, 12, 12] };
  const once = new Uint8Array(400);
  drawStroke(once, 20, 20, stroke);
  const pieces = new Uint8Array(400);
  for (let end = 1; end <= 4; end++)
    drawStroke(pieces, 20, 20, { ...stroke, points: stroke.points.slice(0, 2 * end) }, end - 1);
  expect(pieces).toEqual(once);
  const outside = new Uint8Array(400);
  drawStroke(outside, 20, 20, { erase: false, radius: 5, points: [-9, 40] });
  // Beyond the right edge, which in the array is the next row.
  drawStroke(outside, 20, 20, { erase: false, radius: 0.1, points: [30.5, 2.5] });
  expect(outside).toEqual(new Uint8Array(400));
});
