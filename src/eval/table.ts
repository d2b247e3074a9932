import { VpdError } from '../errors.ts';
import type { Sums } from './sums.ts';

/**
 * Single results are written as CSV (RFC 4180): the evaluation (`run`), the photo or expression (`item`), then its sums. Spreadsheets can
 * open it, and an interrupted run continues after the last complete line. Of sums per class, those that are not 0 are written as
 * `index:value`.
 */
export function tableHeader(empty: Sums): string {
  return `${['run', 'item', ...Object.keys(empty)].join(',')}\n`;
}

export function tableRow(run: string, item: string, sums: Sums): string {
  const cells = Object.values(sums).map((values) =>
    values.length === 1
      ? String(values[0] ?? 0)
      : values.flatMap((value, i) => (value === 0 ? [] : [`${i}:${value}`])).join(' '),
  );
  return `${[quote(run), quote(item), ...cells].join(',')}\n`;
}

/** Returns a text as a cell stores it: line breaks become spaces, because every row is one line. */
export const cellText = (value: string): string => value.replace(/[\r\n]+/g, ' ');

/** Quotes a cell, because expressions contain commas. */
const quote = (text: string): string => `"${cellText(text).replaceAll('"', '""')}"`;

/**
 * Parses a table; returns the sums by item (as `cellText` returns it). An incomplete last line is ignored. The header may be repeated,
 * because shards that start a file at the same moment each write it.
 * @throws VpdError bad-file for other columns, a row of another run (with both names), or a damaged line
 */
export function parseTable(text: string, file: string, run: string, empty: Sums): Map<string, Sums> {
  const [header, ...lines] = text.split('\n').slice(0, -1);
  if (`${header}\n` !== tableHeader(empty))
    throw new VpdError('bad-file', `${file} has other columns than this evaluation writes; give another --csv.`);
  const rows = new Map<string, Sums>();
  lines.forEach((line, i) => {
    if (line === header) return;
    const [owner, item, ...values] = cellsOf(line) ?? [];
    if (owner !== undefined && owner !== cellText(run))
      throw new VpdError(
        'bad-file',
        `${file} holds results of "${owner}", and this run is "${run}"; give another --csv.`,
      );
    const sums = item === undefined ? undefined : sumsOf(values, empty);
    if (item === undefined || !sums)
      throw new VpdError('bad-file', `${file}: line ${i + 2} is damaged; delete it, and its photo is computed again.`);
    rows.set(item, sums);
  });
  return rows;
}

const CELL = /"((?:[^"]|"")*)"|([^",]*)/.source;
const LINE = new RegExp(`^(?:${CELL})(?:,(?:${CELL}))*$`);

/** Returns the cells of a line, undefined if anything else stands between them. */
function cellsOf(line: string): string[] | undefined {
  if (!LINE.test(line)) return undefined;
  return [...line.matchAll(new RegExp(`(?:^|,)(?:${CELL})`, 'g'))].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

function sumsOf(cells: readonly string[], empty: Sums): Sums | undefined {
  const names = Object.keys(empty);
  if (cells.length !== names.length) return undefined;
  const sums: Record<string, number[]> = {};
  for (const [i, name] of names.entries()) {
    const values = valuesOf(cells[i] ?? '', empty[name]?.length ?? 0);
    if (!values) return undefined;
    sums[name] = values;
  }
  return sums;
}

/** A number as `String` writes it. */
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;
const PAIR = /^(\d+):(\S+)$/;

/** Returns NaN for anything but a number. */
const numberOf = (text: string): number => (NUMBER.test(text) ? Number(text) : Number.NaN);

function valuesOf(cell: string, length: number): number[] | undefined {
  const values = new Array<number>(length).fill(0);
  if (length === 1) values[0] = numberOf(cell);
  else
    for (const part of cell === '' ? [] : cell.split(' ')) {
      const [, index = '', value = ''] = PAIR.exec(part) ?? [];
      if (index === '' || Number(index) >= length) return undefined;
      values[Number(index)] = numberOf(value);
    }
  return values.every(Number.isFinite) ? values : undefined;
}
