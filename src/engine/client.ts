import type { WorkerLike } from '../asking/watch.ts';
import { VpdError } from '../errors.ts';
import { createLife, type Life, type Limits, type RequestOptions } from './life.ts';
import type { Engine, EngineOptions, Method, Methods } from './protocol.ts';

interface ClientOptions extends EngineOptions {
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

type OpenParams = Methods['open']['params'];
/** What is opened, and with what device. */
type What = Pick<OpenParams, 'pack' | 'longSide' | 'anyway'>;
type Wish = Omit<OpenParams, keyof What>;

const sameDevice = (a: Wish, b: Wish): boolean => a.force === b.force && a.float === b.float && a.capture === b.capture;

const startWorker = (): WorkerLike =>
  new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'engine' });

/**
 * The page's end of the engine. The worker starts with the first call. When it crashes, hangs or loses its device, everything pending
 * rejects, and the next call starts a fresh worker, opens the same pack and adds the photos that it needs again. A worker has one device for
 * life: an `open` that wishes for another one has a fresh worker as well, which takes over what is pending.
 */
export function createEngine(options: ClientOptions = {}): Engine {
  const calls = new Set<Call>();
  const photos = new Map<string, Methods['addPhoto']['params']>();
  /** The pack that was opened last, for a fresh worker. */
  let opened: What | undefined;
  /** The device that was wished for last, whether or not its pack opened. */
  let wish: Wish = {};
  /** The device that each worker was asked for: it takes no other. */
  const wishes = new WeakMap<Life, Wish>();
  /** An `open` of the page's own, until it settles. */
  let opening: Promise<unknown> | undefined;
  /** Ends the opening of the pack of before, in each fresh worker. */
  const reopenings = new WeakMap<Life, AbortController>();
  /** Workers that made way for one with another device. */
  const replaced = new WeakSet<Life>();
  let current: Life | undefined;
  let closed = false;

  function life(): Life {
    current ??= createLife((options.createWorker ?? startWorker)(), options.limits ?? {}, (error) => {
      current = undefined;
      options.onLost?.(error);
    });
    return current;
  }

  /** The worker with the device that is wished for; one that was asked for another makes way. */
  function lifeWith(device: Wish): Life {
    const before = current && wishes.get(current);
    if (current && before && !sameDevice(before, device)) {
      replaced.add(current);
      current.end();
      current = undefined;
    }
    wish = device;
    return life();
  }

  function request<M extends Method>(target: Life, method: M, params: Methods[M]['params'], asked: RequestOptions) {
    if (method === 'open') wishes.set(target, wish);
    return target.request(method, params, asked);
  }

  /** Brings a fresh worker to where the old one was, as far as a call needs it; a photo is decoded with or without a pack. */
  async function prepare(target: Life, photo: string | undefined): Promise<void> {
    await packIn(target);
    const file = photo === undefined ? undefined : photos.get(photo);
    if (file)
      await target.once(`photo ${file.photo}`, async () => {
        (await target.request('addPhoto', file)).bitmap.close();
      });
  }

  /** Waits for the pack that the page opens, else opens the one of before in a worker that has none. */
  async function packIn(target: Life): Promise<void> {
    // Whether it opened is told to who asked for it; if not, the one before it is still there.
    while (opening) await opening.catch(() => undefined);
    if (!opened) return;
    const params = { ...opened, ...wish };
    try {
      await target.once('open', () => {
        const reopening = new AbortController();
        reopenings.set(target, reopening);
        return request(target, 'open', params, { signal: reopening.signal });
      });
    } catch (thrown) {
      // Ended by the page, which opens one itself.
      if (!reopenings.get(target)?.signal.aborted) throw thrown;
      await packIn(target);
    }
  }

  /** The page's own `open`: nothing of before is opened beside it or after it. */
  async function open<T>(
    target: Life,
    { force, float, capture, ...what }: OpenParams,
    ask: () => Promise<T>,
  ): Promise<T> {
    reopenings.get(target)?.abort();
    const asked = ask();
    opening = asked;
    try {
      const result = await asked;
      opened = what;
      target.markDone('open');
      return result;
    } finally {
      if (opening === asked) opening = undefined;
    }
  }

  /** A call on the worker of now; what a worker leaves undone when it makes way is done again. */
  async function run<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    asked: RequestOptions & { readonly signal: AbortSignal },
  ): Promise<Methods[M]['result']> {
    const target = 'pack' in params ? lifeWith(wishOf(params)) : life();
    const ask = () => request(target, method, params, asked);
    try {
      if ('pack' in params) return await open(target, params, ask);
      if (method !== 'addPhoto') await prepare(target, 'photo' in params ? params.photo : undefined);
      if (asked.signal.aborted) throw new VpdError('cancelled', 'Cancelled.');
      const result = await ask();
      if ('file' in params && !asked.signal.aborted) {
        photos.set(params.photo, params);
        target.markDone(`photo ${params.photo}`);
      }
      return result;
    } catch (thrown) {
      if (method === 'open' || asked.signal.aborted || !replaced.has(target)) throw thrown;
      return run(method, params, asked);
    }
  }

  return {
    call(method, params, { signal, onProgress } = {}) {
      if (closed) return Promise.reject(new VpdError('cancelled', 'The engine was closed.'));
      if (signal?.aborted) return Promise.reject(new VpdError('cancelled', 'Cancelled.'));
      const photo = 'photo' in params ? params.photo : undefined;
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
        run(method, params, { signal: stop.signal, onProgress })
          .then(resolve, reject)
          .finally(() => {
            calls.delete(call);
            signal?.removeEventListener('abort', aborted);
          });
      });
    },
    offer: (params) => void photos.set(params.photo, params),
    forget(photo) {
      photos.delete(photo);
      for (const call of [...calls])
        if (call.method === 'addPhoto' && call.photo === photo) call.cancel('The photo was taken away.');
      // A worker that is not there holds no photo; one that dies of something else meanwhile holds none either.
      current?.request('forgetPhoto', { photo }).catch(() => undefined);
    },
    close() {
      closed = true;
      for (const call of [...calls]) call.cancel('The engine was closed.');
      current?.end();
      current = undefined;
    },
  };
}

function wishOf({ force, float, capture }: OpenParams): Wish {
  return { ...(force ? { force } : {}), ...(float ? { float } : {}), ...(capture ? { capture } : {}) };
}
