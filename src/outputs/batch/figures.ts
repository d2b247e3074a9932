import type { StageTiming } from '../../engine/protocol.ts';
import { totalTime } from '../../engine/timings.ts';
import { median } from '../../image/percentile.ts';
import type { Outcome } from './job.ts';

/** One photo's line of the table: name → figure, in the order of the columns; undefined where it is not known. */
export type Figures = Readonly<Record<string, string | number | undefined>>;

const SECONDS = 1000;

/** A result that was kept, or came with its photo, has no times any more. */
const secondsOf = (timings: readonly StageTiming[]): number | undefined =>
  timings.length === 0 ? undefined : Math.round(totalTime(timings)) / SECONDS;

/** What there is to say of a result in numbers: metres, shares of the photo, seconds. */
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
      // Packs may have several classes of one name.
      const areas: Record<string, number> = {};
      for (const { name, area } of outcome.result.present)
        areas[`class ${name}`] = (areas[`class ${name}`] ?? 0) + area;
      return { ...areas, seconds: secondsOf(outcome.result.timings) };
    }
  }
}

/** Spreadsheets read UTF-8 as such only behind it. */
const BYTE_ORDER_MARK = '\ufeff';

/** What people wrote is text, also where a spreadsheet would take it for a formula. */
const cell = (value: string | number): string => {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** RFC 4180 behind a byte order mark, with every column that any line has; where a line has none, a share is 0 and all else empty. */
export function csvOf(lines: readonly Figures[]): string {
  const columns = [...new Set(lines.flatMap((line) => Object.keys(line)))];
  const shown = (line: Figures, column: string) =>
    line[column] ?? (column.startsWith('class ') && !line.error ? 0 : '');
  const rows = lines.map((line) => columns.map((column) => cell(shown(line, column))));
  return BYTE_ORDER_MARK + [columns.map(cell), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}
