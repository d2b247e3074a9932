import { formatDuration } from '../format.ts';
import type { CliIo } from './command.ts';

/** Time between two lines of progress. */
const INTERVAL_MS = 5_000;

/**
 * Returns a function that prints progress, speed and remaining time every few seconds. `known` of the `done` items were computed by an
 * earlier run and do not count for the speed.
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
