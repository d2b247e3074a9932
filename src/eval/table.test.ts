import { expect, test } from 'vitest';
import { cellText, parseTable, tableHeader, tableRow } from './table.ts';

const empty = { images: [0], right: [0, 0, 0, 0], rmse: [0] };
const run = 'depth by "tiny", fit';
const rows = [
  ['a, "b"', { images: [1], right: [0, 7, 0, 2], rmse: [0.1 + 0.2] }],
  ['c', { images: [1], right: [0, 0, 0, 0], rmse: [1e-7] }],
] as const;
const text = tableHeader(empty) + rows.map(([item, sums]) => tableRow(run, item, sums)).join('');

test('rows come back exactly', () => {
  expect(text.split('\n')[0]).toBe('run,item,images,right,rmse');
  expect(text.split('\n')[1]).toBe('"depth by ""tiny"", fit","a, ""b""",1,1:7 3:2,0.30000000000000004');
  expect([...parseTable(text, 'x.csv', run, empty)]).toEqual(rows);
});

test('spaces are kept as they are, and a line break is one', () => {
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

test('a header that two parts of a run wrote is not damage', () => {
  const [header = '', first = '', second = ''] = text.split('\n');
  expect([...parseTable([header, first, header, second, ''].join('\n'), 'x.csv', run, empty)]).toEqual(rows);
});

test('a line that was not finished does not count', () => {
  expect([...parseTable(text.slice(0, -3), 'x.csv', run, empty).keys()]).toEqual(['a, "b"']);
});

test('other runs, other columns and damage are refused', () => {
  expect(() => parseTable(text, 'x.csv', 'depth by other', empty)).toThrow(
    'x.csv holds results of "depth by "tiny", fit", and this run is "depth by other"; give another --csv.',
  );
  expect(() => parseTable(text, 'x.csv', run, { images: [0] })).toThrow(
    'x.csv has other columns than this evaluation writes; give another --csv.',
  );
  for (const damaged of [text.replace('1:7', '9:7'), text.replace('1e-7', 'x'), text.replace('"c",1,', '"c",')])
    expect(() => parseTable(damaged, 'x.csv', run, empty)).toThrow(/x\.csv: line [23] is damaged; take it out/);
});
