import { VpdError } from '../errors.ts';
import type { FromWorker, Method, Methods, Progress, ToWorker, WireError } from './protocol.ts';

/** What we use of a Worker. */
export interface WorkerLike {
  postMessage(message: object): void;
  addEventListener(type: 'message' | 'error' | 'messageerror', listener: (event: Event) => void): void;
  terminate(): void;
}

/** When silence means death, in milliseconds of time that this page was awake. */
export interface Limits {
  /** How often silence is looked at. */
  readonly tick: number;
  /** From the start of a worker to its first message: its script may come over a slow line. */
  readonly start: number;
  /** An idle worker answers a ping at once; this allows for a machine that is short of everything. */
  readonly hang: number;
  /** A busy one may be inside a single long run (wasm blocks its thread for all of it); a full-size VAE on one core takes minutes. */
  readonly stall: number;
}
export const LIMITS: Limits = { tick: 1_000, start: 90_000, hang: 30_000, stall: 15 * 60_000 };

/** Ticks between pings to a busy worker. */
const PING_TICKS = 5;

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** One worker from start to end. */
export interface Life {
  request<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    options?: RequestOptions,
  ): Promise<Methods[M]['result']>;
  /** Does something at most once in this life; a failure is forgotten, so that it is tried again. */
  once(what: string, work: () => Promise<unknown>): Promise<unknown>;
  /** Marks something as done in this life. */
  has(what: string): void;
  end(): void;
}

interface Pending {
  readonly onProgress: RequestOptions['onProgress'];
  // What crosses a worker boundary has no type but the one that protocol.ts promises for the method.
  resolve(result: MessageEvent['data']): void;
  reject(error: VpdError): void;
}

export function createLife(worker: WorkerLike, limits: Partial<Limits>, onDeath: (error: WireError) => void): Life {
  const { tick, start, hang, stall } = { ...LIMITS, ...limits };
  /** Requests that the worker has not answered, cancelled ones too: until it answers, it may be inside a long run. */
  const unanswered = new Map<number, Pending>();
  const done = new Map<string, Promise<unknown>>();
  let lastId = 0;
  let dead: VpdError | undefined;
  let started = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  let silentTicks = 0;
  let allowed = start;

  const send = (message: ToWorker): void => worker.postMessage(message);

  function die(error: WireError, quiet = false): void {
    if (dead) return;
    dead = new VpdError(error.code, error.message);
    clearInterval(timer);
    worker.terminate();
    const lost = dead;
    for (const pending of unanswered.values()) pending.reject(lost);
    unanswered.clear();
    if (!quiet) onDeath(error);
  }
  const crashed = (message: string): void =>
    die({ code: 'worker-crashed', message: `${message} Retry starts a fresh one; nothing else is lost.` });

  // Ticks are counted, not the clock: a laptop that sleeps for an hour does not make its worker a hung one.
  function onTick(): void {
    silentTicks++;
    if (silentTicks * tick > allowed)
      crashed(`The engine has not answered for ${Math.round((silentTicks * tick) / 1000)} s, so it was stopped.`);
    else if (silentTicks % PING_TICKS === 0) send({ kind: 'ping', id: 0 });
  }

  function watch(): void {
    silentTicks = 0;
    allowed = started ? hang : start;
    send({ kind: 'ping', id: 0 });
    timer = setInterval(onTick, tick);
  }

  function settle(id: number, how: (pending: Pending) => void): void {
    const pending = unanswered.get(id);
    if (!pending) return;
    unanswered.delete(id);
    if (unanswered.size === 0) clearInterval(timer);
    how(pending);
  }

  function onMessage(message: FromWorker): void {
    started = true;
    silentTicks = 0;
    allowed = stall;
    switch (message.kind) {
      case 'ready':
      case 'pong':
        break;
      case 'progress':
        unanswered.get(message.id)?.onProgress?.(message.progress);
        break;
      case 'result':
        settle(message.id, ({ resolve }) => resolve(message.result));
        break;
      case 'error':
        settle(message.id, ({ reject }) => reject(fromWire(message.error)));
        break;
      case 'lost':
        die(message.error);
        break;
      default:
        message satisfies never;
    }
  }

  worker.addEventListener('message', (event) => {
    if (!dead && event instanceof MessageEvent) onMessage(event.data);
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    const why =
      'message' in event && typeof event.message === 'string' && event.message !== '' ? `: ${event.message}` : '';
    crashed(started ? `The engine crashed${why}.` : `The engine could not be started${why}.`);
  });
  worker.addEventListener('messageerror', () => crashed('A message of the engine could not be read.'));

  return {
    request(method, params, { signal, onProgress } = {}) {
      return new Promise((resolve, reject) => {
        if (dead) return reject(dead);
        if (unanswered.size === 0) watch();
        const id = ++lastId;
        const cancel = (): void => send({ kind: 'cancel', id });
        signal?.addEventListener('abort', cancel, { once: true });
        const settled = (): void => signal?.removeEventListener('abort', cancel);
        unanswered.set(id, {
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
        worker.postMessage({ kind: 'request', id, method, params });
      });
    },
    once(what, work) {
      const known = done.get(what);
      if (known) return known;
      const running = work();
      running.catch(() => done.delete(what));
      done.set(what, running);
      return running;
    },
    has(what) {
      done.set(what, Promise.resolve());
    },
    end() {
      die({ code: 'cancelled', message: 'The engine was closed.' }, true);
    },
  };
}

function fromWire({ code, message, detail }: WireError): VpdError {
  return new VpdError(code, message, detail === undefined ? undefined : { cause: detail });
}
