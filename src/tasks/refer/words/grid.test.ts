import { expect, test } from 'vitest';
import type { RawMapsResult } from '../../../engine/results.ts';
import { gridOf } from './grid.ts';
import type { WordMap } from './word-maps.ts';

const word = (key: string, token: number, special = false): WordMap => ({
  unit: { key, text: key, tokens: [token], special, known: true },
  map: undefined,
});
const words = [word('start', 0, true), word('red', 1), word('chair', 2)];
const [, red = word('', 0)] = words;

/** Maps of two heads, three tokens and two cells. */
const raw = (): RawMapsResult => ({
  layers: [
    {
      path: 'output_blocks.1.1',
      level: 0,
      heads: 2,
      tokens: 3,
      width: 2,
      height: 1,
      data: Float32Array.of(0.5, 0.5, 0.125, 0.25, 0.375, 0.25, 0, 0, 0.75, 0.5, 0.25, 0.5),
      coverX: 1,
      coverY: 1,
    },
  ],
  timings: [],
});

test('there is a row per layer and a cell per head, with peak and mean', () => {
  const [row] = gridOf(raw(), words, red, 'own');
  expect(row?.cells.map(({ map }) => [...map.data])).toEqual([
    [0.125, 0.25],
    [0.75, 0.5],
  ]);
  expect(row?.cells.map(({ high, mean }) => [high, mean])).toEqual([
    [0.25, 0.1875],
    [0.75, 0.625],
  ]);
});

test('on the shared scale the hot end of all cells is the highest peak of all heads', () => {
  expect(gridOf(raw(), words, red, 'shared')[0]?.cells.map(({ high }) => high)).toEqual([0.75, 0.75]);
});

test('on the scale by words a cell is the word’s share of all words in that head', () => {
  const [row] = gridOf(raw(), words, red, 'words');
  expect(row?.cells.map(({ map, high }) => [...map.data, high])).toEqual([
    [0.25, 0.5, 1],
    [0.75, 0.5, 1],
  ]);
});
