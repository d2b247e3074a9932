import { toVpdError } from '../errors.ts';
import type { CliIo } from './command.ts';

/** Exit code of a command that was ended by Ctrl-C, as shells report it: 128 + the number of SIGINT. */
const INTERRUPTED = 130;

/** Runs work that Ctrl-C aborts through `signal`, so that it can clean up; a second Ctrl-C ends the process. Returns the exit code. */
export async function interruptible(io: CliIo, work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    return await work(stop.signal);
  } catch (thrown) {
    if (!stop.signal.aborted || toVpdError(thrown).code !== 'cancelled') throw thrown;
    io.err('vpd: Interrupted; incomplete files were deleted.');
    return INTERRUPTED;
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}
