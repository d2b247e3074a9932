import type { StageTiming } from '../../engine/results.ts';
import { totalTime } from '../../engine/timings.ts';
import { median } from '../../image/percentile.ts';
import { isEdited } from '../../tasks/refer/masks/masks.ts';
import { shapeOf } from '../../tasks/refer/masks/shape.ts';
import type { BatchOutcome } from './protocol.ts';

/** A photo's line of the table: column → figure, in the order of the columns; undefined if unknown. */
export type Figures = Readonly<Record<string, string | number | undefined>>;

const MS_PER_SECOND = 1000;

/** Returns the seconds of a run; undefined for saved and imported results, which have no timings. */
const secondsOf = (timings: readonly StageTiming[]): number | undefined =>
  timings.length === 0 ? undefined : Math.round(totalTime(timings)) / MS_PER_SECOND;

/** Returns the figures of an outcome: metres, fractions of the photo's area, seconds; of a mask those of the mask as the user left it. */
export function figuresOf(outcome: BatchOutcome): Figures {
  const { model, result } = outcome;
  const end = { ...(model === undefined ? {} : { model }), seconds: secondsOf(result.timings) };
  switch (outcome.task) {
    case 'depth': {
      const { min, max, metres } = outcome.result;
      return { min_m: min, median_m: median(metres), max_m: max, ...end };
    }
    case 'refer': {
      const { prompt, name, threshold } = outcome.mask;
      const { inside, width, height } = shapeOf(outcome.result, outcome.mask);
      const kind = outcome.result.zeroShot ? { mask: 'zero-shot' } : {};
      const edited = isEdited(outcome.mask) ? 'yes' : 'no';
      return { prompt, name, threshold, edited, area: inside / (width * height), ...kind, ...end };
    }
    case 'segment': {
      // Packs may have several classes with the same name.
      const areas: Record<string, number> = {};
      for (const { name, area } of outcome.result.present)
        areas[`class ${name}`] = (areas[`class ${name}`] ?? 0) + area;
      return { ...areas, ...end };
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

/** Returns the table as CSV (RFC 4180) after a byte order mark, with the columns of all lines. A class that a photo lacks has the area 0, other cells are empty. */
export function csvOf(lines: readonly Figures[]): string {
  const columns = [...new Set(lines.flatMap((line) => Object.keys(line)))];
  const isClass = (column: string) => column.startsWith('class ');
  const shown = (line: Figures, column: string) =>
    line[column] ?? (isClass(column) && Object.keys(line).some(isClass) ? 0 : '');
  const rows = lines.map((line) => columns.map((column) => cell(shown(line, column))));
  return BYTE_ORDER_MARK + [columns.map(cell), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}
