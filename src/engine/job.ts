import { cancelled } from '../errors.ts';
import type { Progress } from './protocol.ts';
import type { StageTiming } from './results.ts';

/** One request while it runs: its signal, its progress listener, and the times of its stages so far. */
export interface Job {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly timings: StageTiming[];
}

export function throwIfCancelled(job: Job): void {
  if (job.signal?.aborted) throw cancelled();
}

/**
 * Lets the event loop deliver messages (a cancel, a ping), then throws if the job was cancelled.
 * Awaiting a promise is not enough: a wasm session runs to its end within one task.
 */
export async function betweenStages(job: Job): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  throwIfCancelled(job);
}

/** Runs one stage and records its time, with the note that `note` makes of its result. */
export async function timed<T>(
  job: Job,
  stage: StageTiming['stage'],
  work: () => Promise<T> | T,
  note: (value: T) => string | undefined = () => undefined,
): Promise<T> {
  const start = performance.now();
  const value = await work();
  const text = note(value);
  job.timings.push({
    stage,
    ms: performance.now() - start,
    cached: false,
    ...(text === undefined ? {} : { note: text }),
  });
  return value;
}

/**
 * Returns a function that queues tasks: they start in order, each when fewer than `atOnce` are running. The default is one at a time:
 * ORT sessions are not re-entrant, and two runs would only compete for the device.
 * A failed task does not fail later ones; a task whose signal fires while it waits never starts.
 */
export function createQueue(atOnce = 1): <T>(task: () => Promise<T>, signal?: AbortSignal) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  return async (task, signal) => {
    if (free > 0) free--;
    else await new Promise<void>((start) => waiting.push(start));
    try {
      if (signal?.aborted) throw cancelled();
      return await task();
    } finally {
      // The next task gets this place directly, so that a task that is queued now cannot overtake it.
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
