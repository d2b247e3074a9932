import { expect, test } from 'vitest';
import { maskArea } from './mask.ts';
import { cleanMask, findRegions } from './regions.ts';

/** Parses rows of the same length; `#` is inside. */
const read = (...rows: string[]) => Uint8Array.from(rows.join(''), (character) => (character === '#' ? 1 : 0));
const write = (mask: Uint8Array, width: number) =>
  Array.from({ length: mask.length / width }, (_, y) =>
    [...mask.subarray(y * width, (y + 1) * width)].map((value) => (value ? '#' : '.')).join(''),
  );

const PICTURE = [
  '#.......', //
  '..#####.',
  '..#.#.#.',
  '..#.###.',
  '..#####.',
  '...#...#',
  '.......#',
];

test('regions touch by sides, not by corners', () => {
  const { areas, values, onEdge } = findRegions(read('#..', '.#.', '..#'), 3, 3);
  expect(areas).toEqual([1, 3, 3, 1, 1]);
  expect(values).toEqual([1, 0, 0, 1, 1]);
  expect(onEdge).toEqual([true, true, true, false, true]);
});

test('specks are removed and holes filled, each below its own area', () => {
  const mask = read(...PICTURE);
  expect(write(cleanMask(mask, 8, 7, 3, 0), 8)).toEqual([
    '........',
    '..#####.',
    '..#.#.#.',
    '..#.###.',
    '..#####.',
    '...#....',
    '........',
  ]);
  // The hole of one pixel is filled, the hole of two stays.
  expect(write(cleanMask(mask, 8, 7, 0, 2), 8)).toEqual([
    '#.......',
    '..#####.',
    '..#.###.',
    '..#.###.',
    '..#####.',
    '...#...#',
    '.......#',
  ]);
  expect(write(cleanMask(mask, 8, 7, 3, 3), 8)).toEqual([
    '........',
    '..#####.',
    '..#####.',
    '..#####.',
    '..#####.',
    '...#....',
    '........',
  ]);
});

test('an area of exactly the limit stays, and a region that touches the edge is not a hole', () => {
  expect([...cleanMask(read('##', '..', '#.'), 2, 3, 2, 99)]).toEqual([1, 1, 0, 0, 0, 0]);
  expect([...cleanMask(read('##', '..', '#.'), 2, 3, 1, 1)]).toEqual([1, 1, 0, 0, 1, 0]);
});

test('one region as large as a photo’s mask', () => {
  const side = 1536;
  const mask = new Uint8Array(side * side).fill(1);
  mask[side * 700 + 700] = 0;
  expect(findRegions(mask, side, side).areas).toEqual([side * side - 1, 1]);
  expect(maskArea(cleanMask(mask, side, side, 9, 9))).toBe(side * side);
});

test.each([
  ['top', ['#.##', '#.##', '####', '####']],
  ['bottom', ['####', '####', '#.##', '#.##']],
  ['left', ['####', '..##', '####', '####']],
  ['right', ['####', '####', '##..', '####']],
])('a region that touches only the edge at the %s is not a hole', (_, rows) => {
  expect(write(cleanMask(read(...rows), 4, 4, 0, 99), 4)).toEqual(rows);
});
