import { Unanswered } from '../asking/unanswered.ts';
import { onDeath, type WorkerLike } from '../asking/watch.ts';
import type { WireError } from '../asking/wire.ts';
import { VpdError } from '../errors.ts';
import type { FromWorker, Method, Methods, Progress, ToWorker } from './protocol.ts';

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
const LIMITS: Limits = { tick: 1_000, start: 90_000, hang: 30_000, stall: 15 * 60_000 };

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
  markDone(what: string): void;
  end(): void;
}

/** What the calls that were pending are told: whatever the worker died of, it is no fault of theirs. */
const deathOf = ({ code, message }: WireError): VpdError =>
  new VpdError(code === 'device-lost' || code === 'cancelled' ? code : 'worker-crashed', message);

export function createLife(worker: WorkerLike, limits: Partial<Limits>, onLost: (error: WireError) => void): Life {
  const { tick, start, hang, stall } = { ...LIMITS, ...limits };
  const unanswered = new Unanswered<Progress>();
  const done = new Map<string, Promise<unknown>>();
  let dead: VpdError | undefined;
  let started = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  let silentTicks = 0;
  let allowed = start;

  const send = (message: ToWorker): void => worker.postMessage(message, []);

  function die(error: WireError, quiet = false): void {
    if (dead) return;
    dead = deathOf(error);
    clearInterval(timer);
    worker.terminate();
    unanswered.failAll(dead);
    if (!quiet) onLost(error);
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
    clearInterval(timer);
    timer = setInterval(onTick, tick);
  }

  function onMessage(message: FromWorker): void {
    started = true;
    silentTicks = 0;
    allowed = stall;
    const busy = unanswered.size > 0;
    switch (message.kind) {
      case 'ready':
      case 'pong':
        break;
      case 'progress':
        unanswered.progress(message.id, message.progress);
        break;
      case 'result':
        unanswered.answered(message.id, message.result);
        break;
      case 'error':
        unanswered.refused(message.id, message.error);
        break;
      case 'lost':
        die(message.error);
        break;
      default:
        message satisfies never;
    }
    if (busy && unanswered.size === 0) clearInterval(timer);
  }

  worker.addEventListener('message', (event) => {
    if (!dead && event instanceof MessageEvent) onMessage(event.data);
  });
  onDeath(worker, (why) =>
    crashed(started ? `The engine crashed: ${why}.` : `The engine could not be started: ${why}.`),
  );

  return {
    async request(method, params, { signal, onProgress } = {}) {
      if (dead) throw dead;
      if (unanswered.size === 0) watch();
      return unanswered.ask((id) => worker.postMessage({ kind: 'request', id, method, params }, []), {
        signal,
        onProgress,
        cancel: (id) => send({ kind: 'cancel', id }),
      });
    },
    once(what, work) {
      const known = done.get(what);
      if (known) return known;
      const running = work();
      running.catch(() => {
        if (done.get(what) === running) done.delete(what);
      });
      done.set(what, running);
      return running;
    },
    markDone(what) {
      done.set(what, Promise.resolve());
    },
    end() {
      die({ code: 'cancelled', message: 'The engine was closed.' }, true);
    },
  };
}
