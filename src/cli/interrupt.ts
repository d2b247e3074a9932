import { toVpdError } from '../errors.ts';
import type { CliIo } from './command.ts';

/** What shells report of a command that Ctrl-C ended: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

/** Runs work that Ctrl-C stops through `signal`, so that it can clear up; a second Ctrl-C ends it at once. Gives the exit code. */
export async function interruptible(io: CliIo, work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    return await work(stop.signal);
  } catch (thrown) {
    if (!stop.signal.aborted || toVpdError(thrown).code !== 'cancelled') throw thrown;
    io.err('vpd: Interrupted; what was half written is gone.');
    return INTERRUPTED;
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}
