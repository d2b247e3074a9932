import { formatDuration } from '../format.ts';
import type { CliIo } from './command.ts';

/** Between two lines of progress. */
const INTERVAL_MS = 5_000;

/**
 * Every few seconds a line with how far it is, how fast, and how long it will still take. Of the `done`, `known` were there before and
 * tell nothing about the speed.
 */
export function progressLines(
  io: Pick<CliIo, 'err'>,
  now: () => number = Date.now,
): (done: number, known: number, total: number) => void {
  const start = now();
  let next = start + INTERVAL_MS;
  return (done, known, total) => {
    if (now() < next) return;
    next = now() + INTERVAL_MS;
    const perMs = (done - known) / (now() - start);
    const before = known > 0 ? ` (${known} by an earlier run)` : '';
    const rate = perMs > 0 ? `, ${(1000 * perMs).toPrecision(2)} a second` : '';
    const left = perMs > 0 && done < total ? `, ${formatDuration((total - done) / perMs)} left` : '';
    io.err(`${done} of ${total}${before}${rate}${left}`);
  };
}
