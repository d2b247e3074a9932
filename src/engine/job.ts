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
 * Starts tasks in the order in which they came, each as soon as fewer than `atOnce` are running. By default they run one after the other:
 * ORT sessions are not re-entrant, and two at once would only fight for the device.
 * A failed task does not fail those behind it; a task whose signal fired while it waited never starts.
 */
export function createQueue(atOnce = 1): <T>(task: () => Promise<T>, signal?: AbortSignal) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  return async (task, signal) => {
    if (free > 0) free--;
    else await new Promise<void>((start) => waiting.push(start));
    try {
      if (signal?.aborted) throw new VpdError('cancelled', 'Cancelled.');
      return await task();
    } finally {
      // Its place goes to the next one directly, so that nobody who comes meanwhile is faster.
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
