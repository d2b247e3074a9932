import { formatDuration } from '../format.ts';
import type { CliIo } from './command.ts';

/** Time between two lines of progress. */
const INTERVAL_MS = 5_000;

/** Returns a function that is true once it is time for the next line, which counts from then on. */
export function lineTimer(now: () => number = Date.now): () => boolean {
  let next = now() + INTERVAL_MS;
  return () => {
    if (now() < next) return false;
    next = now() + INTERVAL_MS;
    return true;
  };
}

/**
 * Returns a function that prints progress, speed and remaining time every few seconds. `known` of the `done` items were computed by an
 * earlier run and do not count for the speed.
 */
export function progressLines(
  io: Pick<CliIo, 'err'>,
  now: () => number = Date.now,
): (done: number, known: number, total: number) => void {
  const start = now();
  const isTime = lineTimer(now);
  return (done, known, total) => {
    if (!isTime()) return;
    const perMs = (done - known) / (now() - start);
    const before = known > 0 ? ` (${known} by an earlier run)` : '';
    const rate = perMs > 0 ? `, ${(1000 * perMs).toPrecision(2)} a second` : '';
    const left = perMs > 0 && done < total ? `, ${formatDuration((total - done) / perMs)} left` : '';
    io.err(`${done} of ${total}${before}${rate}${left}`);
  };
}
