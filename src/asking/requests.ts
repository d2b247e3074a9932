import { toVpdError, VpdError } from '../errors.ts';
import { type Step, throttled } from './throttle.ts';
import type { WireError } from './wire.ts';

/** A step of work that is said in words. */
interface NamedStep extends Step {
  readonly label: string;
}

/** One request on its way: how to stop it, and whom to tell. */
export interface Asked<P> {
  readonly signal: AbortSignal;
  onProgress(progress: P): void;
}

/** What a worker says to a request. */
export type Reply<R, P> =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: P }
  | { readonly kind: 'result'; readonly id: number; readonly result: R }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError };

export interface Requests<Q> {
  start(request: Q): void;
  /** Nothing where there is no such request, or none any more. */
  cancel(id: number): void;
}

/**
 * The worker's end of `Unanswered`: requests run side by side, each is answered exactly once, and what comes after a cancel is not sent.
 * @param onError told what was thrown, once it was answered
 */
export function createRequests<Q extends { readonly id: number }, R, P extends NamedStep>(
  run: (request: Q, asked: Asked<P>) => Promise<R>,
  post: (reply: Reply<R, P>, transfer: Transferable[]) => void,
  onError: (thrown: unknown) => void = () => undefined,
): Requests<Q> {
  const running = new Map<number, AbortController>();

  async function serve(request: Q): Promise<void> {
    const { id } = request;
    const stop = new AbortController();
    running.set(id, stop);
    const onProgress = throttled<P>(
      (progress) => post({ kind: 'progress', id, progress }, []),
      ({ label }) => label,
    );
    try {
      const result = await run(request, { signal: stop.signal, onProgress });
      if (stop.signal.aborted) throw new VpdError('cancelled', 'Cancelled.');
      post({ kind: 'result', id, result }, transferables(result));
    } catch (thrown) {
      post({ kind: 'error', id, error: toWire(thrown) }, []);
      onError(thrown);
    } finally {
      running.delete(id);
    }
  }

  return {
    start: (request) => void serve(request),
    cancel: (id) => running.get(id)?.abort(),
  };
}

export function toWire(thrown: unknown): WireError {
  const error = toVpdError(thrown);
  const cause = error.cause instanceof Error ? error.cause : error;
  const detail = cause.stack ?? cause.message;
  return { code: error.code, message: error.message, detail };
}

/** Buffers and bitmaps of a result, so that they move to the page instead of being copied. */
export function transferables(value: unknown, found: Set<Transferable> = new Set()): Transferable[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof ImageBitmap !== 'undefined' && value instanceof ImageBitmap) found.add(value);
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) transferables(inner, found);
  return [...found];
}
