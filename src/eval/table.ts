import { VpdError } from '../errors.ts';
import type { Sums } from './sums.ts';

/**
 * Results one by one as CSV (RFC 4180): what they are results of (`run`), the photo or expression (`item`), then its sums, so that any
 * spreadsheet reads them and a run that broke off goes on behind the last whole line. Sums per class are written as `index:value` where
 * they are not 0.
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

/** A value as its cell keeps it: line breaks would break the file's lines. */
export const cellText = (value: string): string => value.replace(/[\r\n]+/g, ' ');

/** One value per cell, always quoted: expressions hold commas. */
const quote = (text: string): string => `"${cellText(text).replaceAll('"', '""')}"`;

/**
 * Rows of a table by item, as `cellText` has it. An unfinished last line is not among them. The header may come again: parts of a run that
 * begin one file at the same moment each write it.
 * @throws VpdError bad-file: other columns, or a row of another run, naming both
 */
export function parseTable(text: string, file: string, run: string, empty: Sums): Map<string, Sums> {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [header, ...lines] = whole.split('\n').slice(0, -1);
  if (`${header}\n` !== tableHeader(empty))
    throw new VpdError('bad-file', `${file} has other columns than this evaluation writes; give another --csv.`);
  const rows = new Map<string, Sums>();
  lines.forEach((line, i) => {
    if (line === header) return;
    const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
    );
    const [owner, item, ...values] = cells;
    if (owner !== undefined && owner !== cellText(run))
      throw new VpdError(
        'bad-file',
        `${file} holds results of "${owner}", and this run is "${run}"; give another --csv.`,
      );
    const sums = item === undefined ? undefined : sumsOf(values, empty);
    if (item === undefined || !sums)
      throw new VpdError('bad-file', `${file}: line ${i + 2} is damaged; take it out, and its photo is done again.`);
    rows.set(item, sums);
  });
  return rows;
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

function valuesOf(cell: string, length: number): number[] | undefined {
  if (length === 1) return cell !== '' && Number.isFinite(Number(cell)) ? [Number(cell)] : undefined;
  const values = new Array<number>(length).fill(0);
  for (const part of cell.split(' ').filter(Boolean)) {
    const [index = Number.NaN, value = Number.NaN] = part.split(':').map(Number);
    if (!(index >= 0 && index < length) || !Number.isFinite(value)) return undefined;
    values[index] = value;
  }
  return values;
}
