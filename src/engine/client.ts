import { cancelled, VpdError } from '../errors.ts';
import { TASK_IDS } from '../vpd/config.ts';
import type { WorkerLike } from '../worker-calls/watch.ts';
import type { Engine, EngineOptions, Method, Methods } from './protocol.ts';
import { createConnection, type Limits, type RequestOptions, type WorkerConnection } from './worker-connection.ts';

interface ClientOptions extends EngineOptions {
  /** Creates the worker; tests replace it. */
  readonly createWorker?: () => WorkerLike;
  readonly limits?: Partial<Limits>;
}

/** A call of the page that has not settled. */
interface Call {
  readonly method: Method;
  readonly photo: string | undefined;
  cancel(message: string): void;
}

/** Methods of which only the newest call for a photo matters: a new call cancels an unfinished older one. */
const NEWEST_WINS: ReadonlySet<Method> = new Set<Method>([
  ...TASK_IDS,
  'ablate',
  'ablateClasses',
  'rawMaps',
  'tokenize',
  'crop',
]);

type OpenParams = Methods['open']['params'];
type PackParams = Pick<OpenParams, 'pack' | 'longSide' | 'anyway'>;
type DeviceParams = Omit<OpenParams, keyof PackParams>;

const sameDevice = (a: DeviceParams, b: DeviceParams): boolean =>
  a.force === b.force && a.float === b.float && a.capture === b.capture;

const startWorker = (): WorkerLike =>
  new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'engine' });

/**
 * Creates the page's side of the engine. The first call starts the worker. If it crashes, hangs or loses its device, all pending calls
 * reject, and the next call starts a new worker, opens the same pack and adds the photos that it needs. A worker cannot change its device:
 * an `open` that requests another device starts a new worker too, which takes over the pending calls.
 */
export function createEngine(options: ClientOptions): Engine {
  const calls = new Set<Call>();
  const photos = new Map<string, Methods['addPhoto']['params']>();
  /** The pack that was opened last, to be reopened in a new worker. */
  let opened: PackParams | undefined;
  /** The device that was requested last, even if its pack could not be opened. */
  let device: DeviceParams = {};
  /** The device that was requested from each worker; it accepts no other. */
  const requestedDevices = new WeakMap<WorkerConnection, DeviceParams>();
  /** A call of `open` by the page, until it settles. */
  let opening: Promise<unknown> | undefined;
  /** Cancels the reopening of the previous pack, per new worker. */
  const reopenings = new WeakMap<WorkerConnection, AbortController>();
  /** Workers that were replaced by one with another device. */
  const replaced = new WeakSet<WorkerConnection>();
  let current: WorkerConnection | undefined;
  let closed = false;

  function connection(): WorkerConnection {
    current ??= createConnection((options.createWorker ?? startWorker)(), options.limits ?? {}, (error) => {
      current = undefined;
      options.onLost?.(error);
    });
    return current;
  }

  /** Returns a worker for a device. If the current worker uses another device, it is ended and replaced. */
  function connectionFor(requested: DeviceParams): WorkerConnection {
    const previous = current && requestedDevices.get(current);
    if (current && previous && !sameDevice(previous, requested)) {
      replaced.add(current);
      current.end();
      current = undefined;
    }
    device = requested;
    return connection();
  }

  function request<M extends Method>(
    target: WorkerConnection,
    method: M,
    params: Methods[M]['params'],
    requestOptions: RequestOptions,
  ) {
    if (method === 'open') requestedDevices.set(target, device);
    return target.request(method, params, requestOptions);
  }

  /** Gives a new worker the pack and the photo that a call needs. Decoding a photo needs no pack. */
  async function restore(target: WorkerConnection, photo: string | undefined): Promise<void> {
    await ensurePack(target);
    const file = photo === undefined ? undefined : photos.get(photo);
    if (file)
      await target.once(`photo ${file.photo}`, async () => {
        (await target.request('addPhoto', file)).bitmap.close();
      });
  }

  /** Waits for the pack that the page is opening; then, if the worker has no pack, opens the last one in it. */
  async function ensurePack(target: WorkerConnection): Promise<void> {
    // A failure is reported to the caller of `open`; the previous pack is then still open.
    while (opening) await opening.catch(() => undefined);
    if (!opened) return;
    const params = { ...opened, ...device };
    try {
      await target.once('open', () => {
        const reopening = new AbortController();
        reopenings.set(target, reopening);
        return request(target, 'open', params, { signal: reopening.signal });
      });
    } catch (thrown) {
      // An abort means that the page opens another pack; that one is waited for.
      if (!reopenings.get(target)?.signal.aborted) throw thrown;
      await ensurePack(target);
    }
  }

  /** Runs the page's `open`, and cancels a reopening of the previous pack, so that it does not open later than this one. */
  async function open<T>(
    target: WorkerConnection,
    { force, float, capture, ...pack }: OpenParams,
    send: () => Promise<T>,
  ): Promise<T> {
    reopenings.get(target)?.abort();
    const pending = send();
    opening = pending;
    try {
      const result = await pending;
      opened = pack;
      target.markDone('open');
      return result;
    } finally {
      if (opening === pending) opening = undefined;
    }
  }

  /** Runs a call on the current worker; if that worker is replaced meanwhile, runs it again on the new one. */
  async function run<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    requestOptions: RequestOptions & { readonly signal: AbortSignal },
  ): Promise<Methods[M]['result']> {
    const target = 'pack' in params ? connectionFor(deviceParams(params)) : connection();
    const send = () => request(target, method, params, requestOptions);
    try {
      if ('pack' in params) return await open(target, params, send);
      if (method !== 'addPhoto') await restore(target, 'photo' in params ? params.photo : undefined);
      if (requestOptions.signal.aborted) throw cancelled();
      const result = await send();
      if ('file' in params && !requestOptions.signal.aborted) {
        photos.set(params.photo, params);
        target.markDone(`photo ${params.photo}`);
      }
      return result;
    } catch (thrown) {
      if (method === 'open' || requestOptions.signal.aborted || !replaced.has(target)) throw thrown;
      return run(method, params, requestOptions);
    }
  }

  return {
    call(method, params, { signal, onProgress, onEnd } = {}) {
      if (closed) return Promise.reject(new VpdError('cancelled', 'The engine was closed.'));
      if (signal?.aborted) return Promise.reject(cancelled());
      const photo = 'photo' in params ? params.photo : undefined;
      if (NEWEST_WINS.has(method))
        for (const older of [...calls])
          if (older.method === method && older.photo === photo) older.cancel('A newer request replaced it.');

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
        const aborted = (): void => call.cancel(cancelled().message);
        signal?.addEventListener('abort', aborted, { once: true });
        calls.add(call);
        run(method, params, { signal: stop.signal, onProgress })
          .then((result) => {
            // Garbage collection does not see how large a bitmap is.
            if (stop.signal.aborted && result && 'bitmap' in result) result.bitmap.close();
            resolve(result);
          }, reject)
          .finally(() => {
            calls.delete(call);
            signal?.removeEventListener('abort', aborted);
            onEnd?.();
          });
      });
    },
    offer: (params) => void photos.set(params.photo, params),
    forget(photo) {
      photos.delete(photo);
      for (const call of [...calls])
        if (call.method === 'addPhoto' && call.photo === photo) call.cancel('The photo was removed.');
      // Without a worker there is nothing to forget, nor if it dies before it answers.
      current?.request('forgetPhoto', { photo }).catch(() => undefined);
    },
    close() {
      closed = true;
      for (const call of [...calls]) call.cancel('The engine was closed.');
      current?.end();
    },
  };
}

function deviceParams({ force, float, capture }: OpenParams): DeviceParams {
  return { ...(force ? { force } : {}), ...(float ? { float } : {}), ...(capture ? { capture } : {}) };
}
