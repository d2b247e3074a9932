import { VpdError } from '../../errors.ts';
import { formatBytes } from '../../format-bytes.ts';

/** Limits of a report. Larger reports are not read, and therefore not written. */
export const REPORT_LIMITS = {
  /** Five times as many as a session keeps. */
  results: 5000,
  /** Bytes of the file, as much as a tab can hold: photos of any size and some hundred results. */
  file: 2 ** 30,
  /** Bytes of the unpacked ZIP. */
  unpacked: 2 ** 31,
  /** Bytes of `report.json`, more than hours of brush strokes. */
  record: 64 * 2 ** 20,
} as const;

export type ReportSize = Readonly<Record<keyof typeof REPORT_LIMITS, number>>;

const EXCESS: Readonly<Record<keyof ReportSize, (size: number, most: number) => string>> = {
  results: (size, most) => `have ${size} results, but at most ${most} can be opened`,
  file: (size, most) => `be a file of ${formatBytes(size)}, but at most ${formatBytes(most)} can be opened`,
  unpacked: (size, most) => `unpack to ${formatBytes(size)}, but at most ${formatBytes(most)} can be opened`,
  record: (size, most) =>
    `have ${formatBytes(size)} of words, strokes and settings, but at most ${formatBytes(most)} can be opened`,
};

/**
 * Checks that a report can be opened again.
 * @param name Name of the photo that was added last.
 * @param before Number of photos before it, whose report can be opened.
 * @throws VpdError bad-request: a report of this size is not read
 */
export function assertReadable(size: ReportSize, limits: ReportSize, name: string, before: number): void {
  const keys = ['results', 'file', 'unpacked', 'record'] as const;
  const beyond = keys.find((key) => size[key] > limits[key]);
  if (beyond === undefined) return;
  const excess = EXCESS[beyond](size[beyond], limits[beyond]);
  const wayOut =
    before === 0
      ? 'Delete masks that you no longer need, and save it again.'
      : `The ${before === 1 ? 'photo before it fits' : `${before} photos before it fit`}: remove others from the strip, or save the selected photo alone.`;
  throw new VpdError('bad-request', `With ${name} the report would ${excess}. ${wayOut}`);
}
