import type { StageTiming } from '../../engine/protocol.ts';
import { totalTime } from '../../engine/timings.ts';
import { median } from '../../image/percentile.ts';
import type { Outcome } from './protocol.ts';

/** A photo's line of the table: column → figure, in the order of the columns; undefined if unknown. */
export type Figures = Readonly<Record<string, string | number | undefined>>;

const MS_PER_SECOND = 1000;

/** Returns the seconds of a run; undefined for saved and imported results, which have no timings. */
const secondsOf = (timings: readonly StageTiming[]): number | undefined =>
  timings.length === 0 ? undefined : Math.round(totalTime(timings)) / MS_PER_SECOND;

/** Returns the figures of a result: metres, fractions of the photo's area, seconds. */
export function figuresOf(outcome: Outcome): Figures {
  switch (outcome.task) {
    case 'depth': {
      const { min, max, metres, timings } = outcome.result;
      return { min_m: min, median_m: median(metres), max_m: max, seconds: secondsOf(timings) };
    }
    case 'refer': {
      const { area, zeroShot, timings } = outcome.result;
      return { area, ...(zeroShot ? { mask: 'zero-shot' } : {}), seconds: secondsOf(timings) };
    }
    case 'segment': {
      // Packs may have several classes with the same name.
      const areas: Record<string, number> = {};
      for (const { name, area } of outcome.result.present)
        areas[`class ${name}`] = (areas[`class ${name}`] ?? 0) + area;
      return { ...areas, seconds: secondsOf(outcome.result.timings) };
    }
  }
}

/** Spreadsheets recognize UTF-8 only after this mark. */
const BYTE_ORDER_MARK = '\ufeff';

/** Returns a value as a CSV cell. Text that a spreadsheet would read as a formula is marked as text by an apostrophe. */
const cell = (value: string | number): string => {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Returns the table as CSV (RFC 4180) after a byte order mark, with the columns of all lines. A missing area is 0, other cells are empty. */
export function csvOf(lines: readonly Figures[]): string {
  const columns = [...new Set(lines.flatMap((line) => Object.keys(line)))];
  const shown = (line: Figures, column: string) =>
    line[column] ?? (column.startsWith('class ') && !line.error ? 0 : '');
  const rows = lines.map((line) => columns.map((column) => cell(shown(line, column))));
  return BYTE_ORDER_MARK + [columns.map(cell), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}
