import { VpdError } from '../errors.ts';
import { createLife, type Life, type Limits, type WorkerLike } from './life.ts';
import type { Engine, EngineOptions, Method, Methods } from './protocol.ts';

export interface ClientOptions extends EngineOptions {
  /** Makes the worker; a test gives its own. */
  readonly createWorker?: () => WorkerLike;
  readonly limits?: Partial<Limits>;
}

/** A call as the page made it, from the moment it was made until it settles. */
interface Call {
  readonly method: Method;
  readonly photo: string | undefined;
  cancel(message: string): void;
}

/** Of these, only the newest for a photo matters: an older one that has not finished is cancelled. */
const NEWEST_WINS: ReadonlySet<Method> = new Set<Method>([
  'depth',
  'refer',
  'segment',
  'ablate',
  'ablateClasses',
  'rawMaps',
  'tokenize',
]);

const startWorker = (): WorkerLike =>
  new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'engine' });

/**
 * The page's end of the engine. The worker starts with the first call. When it crashes, hangs or loses its device, everything pending
 * rejects, and the next call starts a fresh worker, opens the same pack and adds the photos that it needs again.
 */
export function createEngine(options: ClientOptions = {}): Engine {
  const calls = new Set<Call>();
  const photos = new Map<string, Methods['addPhoto']['params']>();
  let opened: Methods['open']['params'] | undefined;
  let current: Life | undefined;
  let closed = false;

  function life(): Life {
    current ??= createLife((options.createWorker ?? startWorker)(), options.limits ?? {}, (error) => {
      current = undefined;
      options.onLost?.(error);
    });
    return current;
  }

  /** Brings a fresh worker to where the old one was, as far as this call needs it. */
  async function prepare(target: Life, method: Method, photo: string | undefined): Promise<void> {
    if (method !== 'open' && opened) {
      const params = opened;
      await target.once('open', () => target.request('open', params));
    }
    const file = photo === undefined ? undefined : photos.get(photo);
    if (method !== 'addPhoto' && file)
      await target.once(`photo ${file.photo}`, async () => {
        (await target.request('addPhoto', file)).bitmap.close();
      });
  }

  /** Remembers what a fresh worker would have to be told. */
  function remember<M extends Method>(target: Life, method: M, params: Methods[M]['params']): void {
    if (method === 'open' && 'pack' in params) {
      opened = params;
      target.has('open');
    }
    if (method === 'addPhoto' && 'file' in params) {
      photos.set(params.photo, params);
      target.has(`photo ${params.photo}`);
    }
  }

  return {
    call(method, params, { signal, onProgress } = {}) {
      if (closed) return Promise.reject(new VpdError('cancelled', 'The engine was closed.'));
      if (signal?.aborted) return Promise.reject(new VpdError('cancelled', 'Cancelled.'));
      const photo = 'photo' in params ? params.photo : undefined;
      if (method === 'forgetPhoto' && photo !== undefined) photos.delete(photo);
      if (NEWEST_WINS.has(method))
        for (const older of [...calls])
          if (older.method === method && older.photo === photo) older.cancel('Newer work took its place.');

      return new Promise((resolve, reject) => {
        const stop = new AbortController();
        const call: Call = {
          method,
          photo,
          cancel(message) {
            stop.abort();
            reject(new VpdError('cancelled', message));
          },
        };
        const aborted = (): void => call.cancel('Cancelled.');
        signal?.addEventListener('abort', aborted, { once: true });
        calls.add(call);
        const run = async () => {
          const target = life();
          await prepare(target, method, photo);
          if (stop.signal.aborted) throw new VpdError('cancelled', 'Cancelled.');
          const result = await target.request(method, params, { signal: stop.signal, onProgress });
          remember(target, method, params);
          return result;
        };
        run()
          .then(resolve, reject)
          .finally(() => {
            calls.delete(call);
            signal?.removeEventListener('abort', aborted);
          });
      });
    },
    offer: (params) => void photos.set(params.photo, params),
    close() {
      closed = true;
      for (const call of [...calls]) call.cancel('The engine was closed.');
      current?.end();
      current = undefined;
    },
  };
}
