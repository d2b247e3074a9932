import { toVpdError, VpdError } from '../errors.ts';
import { isFatal } from './fatal.ts';
import type { Job } from './job.ts';
import type { FromWorker, Method, Methods, Progress, Request, ToWorker, WireError } from './protocol.ts';

/** What the worker does for each method. */
export type Handlers = {
  readonly [M in Method]: (params: Methods[M]['params'], job: Job) => Promise<Methods[M]['result']>;
};

export type Post = (message: FromWorker, transfer: Transferable[]) => void;

/** Progress is told at most this often, in milliseconds: a download makes thousands of chunks. */
const PROGRESS_INTERVAL = 100;

/** The worker's end of the protocol: takes messages, runs handlers, answers every request exactly once. */
export function createHost(handlers: Handlers, post: Post): (message: ToWorker) => void {
  const running = new Map<number, AbortController>();

  async function serve(request: Request): Promise<void> {
    const stop = new AbortController();
    running.set(request.id, stop);
    const job: Job = {
      signal: stop.signal,
      timings: [],
      onProgress: throttled((progress) => post({ kind: 'progress', id: request.id, progress }, [])),
    };
    try {
      const result = await dispatch(handlers, request, job);
      if (stop.signal.aborted) throw new VpdError('cancelled', 'Cancelled.');
      post({ kind: 'result', id: request.id, result }, transferables(result));
    } catch (thrown) {
      const error = toWire(thrown);
      post({ kind: 'error', id: request.id, error }, []);
      if (isFatal(thrown)) post({ kind: 'lost', error }, []);
    } finally {
      running.delete(request.id);
    }
  }

  return (message) => {
    switch (message.kind) {
      case 'ping':
        post({ kind: 'pong', id: message.id }, []);
        break;
      case 'cancel':
        running.get(message.id)?.abort();
        break;
      case 'request':
        void serve(message);
        break;
      default:
        message satisfies never;
    }
  };
}

function dispatch(handlers: Handlers, request: Request, job: Job): Promise<Methods[Method]['result']> {
  switch (request.method) {
    case 'open':
      return handlers.open(request.params, job);
    case 'addPhoto':
      return handlers.addPhoto(request.params, job);
    case 'forgetPhoto':
      return handlers.forgetPhoto(request.params, job);
    case 'depth':
      return handlers.depth(request.params, job);
    case 'refer':
      return handlers.refer(request.params, job);
    case 'segment':
      return handlers.segment(request.params, job);
    case 'ablate':
      return handlers.ablate(request.params, job);
    case 'ablateClasses':
      return handlers.ablateClasses(request.params, job);
    case 'rawMaps':
      return handlers.rawMaps(request.params, job);
    case 'tokenize':
      return handlers.tokenize(request.params, job);
    default:
      return request satisfies never;
  }
}

export function toWire(thrown: unknown): WireError {
  const error = toVpdError(thrown);
  const cause = error.cause instanceof Error ? error.cause : error;
  const detail = cause.stack ?? cause.message;
  return { code: error.code, message: error.message, detail };
}

/** The first word at once, then at most one per interval, but always a change of label and the last step. */
function throttled(tell: (progress: Progress) => void): (progress: Progress) => void {
  let last = Number.NEGATIVE_INFINITY;
  let label = '';
  return (progress) => {
    const now = performance.now();
    if (progress.label === label && progress.done !== progress.total && now - last < PROGRESS_INTERVAL) return;
    last = now;
    label = progress.label;
    tell(progress);
  };
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
