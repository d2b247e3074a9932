import { expect, test } from 'vitest';
import { cellText, parseTable, tableHeader, tableRow } from './table.ts';

const empty = { images: [0], right: [0, 0, 0, 0], rmse: [0] };
const run = 'depth by "tiny", fit';
const rows = [
  ['a, "b"', { images: [1], right: [0, 7, 0, 2], rmse: [0.1 + 0.2] }],
  ['c', { images: [1], right: [0, 0, 0, 0], rmse: [1e-7] }],
] as const;
const text = tableHeader(empty) + rows.map(([item, sums]) => tableRow(run, item, sums)).join('');

test('rows are read back exactly', () => {
  expect(text.split('\n')[0]).toBe('run,item,images,right,rmse');
  expect(text.split('\n')[1]).toBe('"depth by ""tiny"", fit","a, ""b""",1,1:7 3:2,0.30000000000000004');
  expect([...parseTable(text, 'x.csv', run, empty)]).toEqual(rows);
});

test('spaces are kept, and a line break becomes one', () => {
  const [run, item, sums] = [
    'by  "my  model"\r\n2',
    'the  red\nchair ',
    { images: [1], right: [0, 0, 0, 0], rmse: [1] },
  ];
  const table = tableHeader(empty) + tableRow(run, item, sums);
  expect(table.split('\n')).toHaveLength(3);
  expect([...parseTable(table, 'x.csv', run, empty)]).toEqual([[cellText(item), sums]]);
  expect(cellText(item)).toBe('the  red chair ');
});

test('a header that two shards wrote is accepted', () => {
  const [header = '', first = '', second = ''] = text.split('\n');
  expect([...parseTable([header, first, header, second, ''].join('\n'), 'x.csv', run, empty)]).toEqual(rows);
});

test('an incomplete last line is ignored', () => {
  expect([...parseTable(text.slice(0, -3), 'x.csv', run, empty).keys()]).toEqual(['a, "b"']);
});

test('rows of another run, other columns and damaged lines are refused', () => {
  expect(() => parseTable(text, 'x.csv', 'depth by other', empty)).toThrow(
    'x.csv holds results of "depth by "tiny", fit", and this run is "depth by other"; give another --csv.',
  );
  expect(() => parseTable(text, 'x.csv', run, { images: [0] })).toThrow(
    'x.csv has other columns than this evaluation writes; give another --csv.',
  );
  for (const [from, to] of [
    ['1:7', '9:7'],
    ['1:7', '4:7'],
    ['1:7', '0.5:7'],
    ['1:7', '1:7:8'],
    ['1:7', '1:'],
    ['1:7', '1:0x10'],
    ['1:7', 'x 0:7'],
    ['1e-7', 'x'],
    ['1e-7', ' '],
    ['1e-7', '0x10'],
    ['1e-7', '1e999'],
    ['1e-7', '1e-7,1'],
    ['"c",1,', '"c",'],
    ['"c",1,', '"c"junk,1,'],
  ] as const)
    expect(() => parseTable(text.replace(from, to), 'x.csv', run, empty), to).toThrow(
      /x\.csv: line [23] is damaged; delete it/,
    );
});
