import { VpdError } from '../errors.ts';
import type { Progress, StageTiming } from './protocol.ts';

/** One request on its way through the stages: how to stop it, whom to tell, and what it took so far. */
export interface Job {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly timings: StageTiming[];
}

export function throwIfCancelled(job: Job): void {
  if (job.signal?.aborted) throw new VpdError('cancelled', 'Cancelled.');
}

/**
 * Lets the event loop take in messages (a cancel, a ping) and then throws if the job was cancelled.
 * Awaiting a promise is not enough: a wasm session runs to its end within one task.
 */
export async function betweenStages(job: Job): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  throwIfCancelled(job);
}

/** Runs one stage and records its time, and what `note` says of the outcome. */
export async function timed<T>(
  job: Job,
  stage: StageTiming['stage'],
  work: () => Promise<T> | T,
  note: (value: T) => string | undefined = () => undefined,
): Promise<T> {
  const start = performance.now();
  const value = await work();
  const said = note(value);
  job.timings.push({
    stage,
    ms: performance.now() - start,
    cached: false,
    ...(said === undefined ? {} : { note: said }),
  });
  return value;
}

/**
 * Runs tasks one after the other: ORT sessions are not re-entrant, and two at once would only fight for the device.
 * A failed task does not fail those behind it; a task whose signal fired while it waited never starts.
 */
export function createQueue(): <T>(task: () => Promise<T>, signal?: AbortSignal) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return (task, signal) => {
    const run = tail.then(() => {
      if (signal?.aborted) throw new VpdError('cancelled', 'Cancelled.');
      return task();
    });
    tail = run.catch(() => undefined);
    return run;
  };
}
