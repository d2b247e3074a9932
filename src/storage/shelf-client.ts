import { VpdError } from '../errors.ts';
import type { FromShelf, ShelfMethod, ShelfMethods, ShelfProgress, ToShelf } from './shelf-protocol.ts';

export interface ShelfCallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ShelfProgress) => void;
}

interface Pending {
  readonly onProgress: ShelfCallOptions['onProgress'];
  // What crosses a worker boundary has no type but the one that shelf-protocol.ts promises for the method.
  resolve(result: MessageEvent['data']): void;
  reject(error: VpdError): void;
}

let worker: Worker | undefined;
let asked = 0;
const pending = new Map<number, Pending>();

/** Started by the first call; a crash fails what is pending, and the next call starts another. */
function shelfWorker(): Worker {
  if (worker) return worker;
  const started = new Worker(new URL('../worker/shelf.ts', import.meta.url), { type: 'module', name: 'shelf' });
  started.addEventListener('message', ({ data }: MessageEvent<FromShelf>) => {
    const call = pending.get(data.id);
    if (data.kind === 'progress') return call?.onProgress?.(data.progress);
    pending.delete(data.id);
    if (data.kind === 'result') call?.resolve(data.result);
    else call?.reject(new VpdError(data.error.code, data.error.message, { cause: data.error.detail }));
  });
  started.addEventListener('error', (event) => {
    event.preventDefault();
    started.terminate();
    worker = undefined;
    const reason = event.message || 'its code could not be loaded';
    for (const { reject } of pending.values())
      reject(new VpdError('worker-crashed', `The worker of the model shelf stopped: ${reason}. Try again.`));
    pending.clear();
  });
  worker = started;
  return started;
}

/** Asks the shelf's worker; calls run side by side. A cancel is answered by the worker, once it has put things in order. */
export function callShelf<M extends ShelfMethod>(
  method: M,
  params: ShelfMethods[M]['params'],
  { signal, onProgress }: ShelfCallOptions = {},
): Promise<ShelfMethods[M]['result']> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new VpdError('cancelled', 'Cancelled.'));
    const id = ++asked;
    const target = shelfWorker();
    const cancel = (): void => target.postMessage({ kind: 'cancel', id } satisfies ToShelf);
    signal?.addEventListener('abort', cancel, { once: true });
    const settled = (): void => signal?.removeEventListener('abort', cancel);
    pending.set(id, {
      onProgress,
      resolve(result) {
        settled();
        resolve(result);
      },
      reject(error) {
        settled();
        reject(error);
      },
    });
    target.postMessage({ kind: 'request', id, method, params });
  });
}
