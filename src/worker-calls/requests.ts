import { cancelled, toVpdError } from '../errors.ts';
import { type Step, throttled } from './throttle.ts';
import type { WireError } from './wire.ts';

/** A step of work with its name. */
interface NamedStep extends Step {
  readonly label: string;
}

/** One request while it runs: its signal and its progress listener. */
export interface RequestContext<P> {
  readonly signal: AbortSignal;
  onProgress(progress: P): void;
}

/** A worker's message about a request. */
export type Reply<R, P> =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: P }
  | { readonly kind: 'result'; readonly id: number; readonly result: R }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError };

export interface Requests<Q> {
  start(request: Q): void;
  /** Does nothing if there is no such request, or if it has been answered. */
  cancel(id: number): void;
}

/**
 * The worker's side of `Unanswered`: requests run concurrently and each is answered exactly once, a cancelled one with an error.
 * @param onError called with each error, after it was sent as the answer
 */
export function createRequests<Q extends { readonly id: number }, R, P extends NamedStep>(
  run: (request: Q, context: RequestContext<P>) => Promise<R>,
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
      if (stop.signal.aborted) {
        closeBitmaps(result);
        throw cancelled();
      }
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

/** Converts a thrown value to an error that can be posted. Its detail is the stack of its cause, or its own stack. */
export function toWire(thrown: unknown): WireError {
  const error = toVpdError(thrown);
  const cause = error.cause instanceof Error ? error.cause : error;
  const detail = cause.stack ?? cause.message;
  return { code: error.code, message: error.message, detail };
}

/** Frees the bitmaps in a value that nobody will use; garbage collection does not see how large they are. */
function closeBitmaps(value: unknown): void {
  for (const each of transferables(value))
    if (typeof ImageBitmap !== 'undefined' && each instanceof ImageBitmap) each.close();
}

/** Returns the buffers and bitmaps in a value, which are to be moved instead of copied; shared buffers are left out. */
export function transferables(value: unknown, found: Set<Transferable> = new Set()): Transferable[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof ImageBitmap !== 'undefined' && value instanceof ImageBitmap) found.add(value);
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) transferables(inner, found);
  return [...found];
}
