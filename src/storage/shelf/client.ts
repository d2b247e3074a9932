import { cancelled, VpdError } from '../../errors.ts';
import { Unanswered } from '../../worker-calls/unanswered.ts';
import { onDeath } from '../../worker-calls/watch.ts';
import type { FromShelf, ShelfMethod, ShelfMethods, ShelfProgress, ToShelf } from './protocol.ts';

export interface ShelfCallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ShelfProgress) => void;
}

let worker: Worker | undefined;
const unanswered = new Unanswered<ShelfProgress>();

/** Returns the worker, started by the first call. A crash rejects all pending calls, and the next call starts a new worker. */
function shelfWorker(): Worker {
  if (worker) return worker;
  const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'shelf' });
  started.addEventListener('message', ({ data }: MessageEvent<FromShelf>) => {
    if (data.kind === 'progress') unanswered.progress(data.id, data.progress);
    else if (data.kind === 'result') unanswered.answered(data.id, data.result);
    else unanswered.refused(data.id, data.error);
  });
  onDeath(started, (why) => {
    worker = undefined;
    unanswered.failAll(new VpdError('worker-crashed', `The worker of the model shelf stopped: ${why}. Try again.`));
  });
  worker = started;
  return started;
}

/** Sends a request to the shelf's worker; calls run concurrently. After a cancel, the call rejects once the worker has cleaned up. */
export async function callShelf<M extends ShelfMethod>(
  method: M,
  params: ShelfMethods[M]['params'],
  { signal, onProgress }: ShelfCallOptions = {},
): Promise<ShelfMethods[M]['result']> {
  if (signal?.aborted) throw cancelled();
  const target = shelfWorker();
  const send = (message: ToShelf): void => target.postMessage(message);
  return unanswered.ask((id) => target.postMessage({ kind: 'request', id, method, params }), {
    signal,
    onProgress,
    cancel: (id) => send({ kind: 'cancel', id }),
  });
}
