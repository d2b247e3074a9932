import { VpdError } from '../errors.ts';
import { Unanswered } from '../worker-calls/unanswered.ts';
import { onDeath, type WorkerLike } from '../worker-calls/watch.ts';
import type { WireError } from '../worker-calls/wire.ts';
import type { FromWorker, Method, Methods, Progress, ToWorker } from './protocol.ts';

/** How long a worker may be silent before it counts as hung, in milliseconds during which this page was awake. */
export interface Limits {
  /** Interval of the check. */
  readonly tick: number;
  /** Until the first message of a new worker: its script may come over a slow connection. */
  readonly start: number;
  /** For an idle worker, which answers a ping at once even if slowly on an overloaded machine. */
  readonly hang: number;
  /**
   * For a busy worker, which wasm blocks during a whole run; a full-size VAE on one core takes minutes. Also the longest time without
   * progress or an answer for a worker that does answer pings: it waits for something that never comes.
   */
  readonly stall: number;
}
const LIMITS: Limits = { tick: 1_000, start: 90_000, hang: 30_000, stall: 15 * 60_000 };

/** Number of silent ticks between pings. */
const PING_TICKS = 5;

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The page's connection to one worker, from the worker's start to its end. It detects a worker that crashes or hangs. */
export interface WorkerConnection {
  request<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    options?: RequestOptions,
  ): Promise<Methods[M]['result']>;
  /** Runs `work` at most once in this worker, under the name `what`; after a failure the next call runs it again. */
  once(what: string, work: () => Promise<unknown>): Promise<unknown>;
  /** Marks `what` as done in this worker, so that `once` does not run it. */
  markDone(what: string): void;
  /** Ends the worker; pending requests reject with `cancelled`. */
  end(): void;
}

/** Returns the error for the pending calls. They did not cause the worker's end, so its own error code would mislead. */
const pendingError = ({ code, message }: WireError): VpdError =>
  new VpdError(code === 'device-lost' || code === 'cancelled' ? code : 'worker-crashed', message);

export function createConnection(
  worker: WorkerLike,
  limits: Partial<Limits>,
  onLost: (error: WireError) => void,
): WorkerConnection {
  const { tick, start, hang, stall } = { ...LIMITS, ...limits };
  const unanswered = new Unanswered<Progress>();
  const done = new Map<string, Promise<unknown>>();
  let dead: VpdError | undefined;
  let started = false;
  let timer: ReturnType<typeof setInterval> | undefined;
  let silentTicks = 0;
  /** Ticks since the last message that is not merely the answer to a ping. */
  let stuckTicks = 0;
  let allowed = start;

  const send = (message: ToWorker): void => worker.postMessage(message, []);

  function die(error: WireError, quiet = false): void {
    if (dead) return;
    dead = pendingError(error);
    clearInterval(timer);
    worker.terminate();
    unanswered.failAll(dead);
    if (!quiet) onLost(error);
  }
  const crashed = (message: string): void =>
    die({ code: 'worker-crashed', message: `${message} Retry starts a fresh one; nothing else is lost.` });

  // Counts ticks instead of reading the clock, so that a worker does not count as hung after the laptop has slept.
  function onTick(): void {
    silentTicks++;
    stuckTicks++;
    const seconds = (ticks: number): number => Math.round((ticks * tick) / 1000);
    if (silentTicks * tick > allowed)
      crashed(`The engine has not answered for ${seconds(silentTicks)} s, so it was stopped.`);
    else if (stuckTicks * tick > stall)
      crashed(`The engine has made no progress for ${seconds(stuckTicks)} s, so it was stopped.`);
    else if (silentTicks % PING_TICKS === 0) send({ kind: 'ping', id: 0 });
  }

  function startTicking(): void {
    silentTicks = 0;
    stuckTicks = 0;
    allowed = started ? hang : start;
    send({ kind: 'ping', id: 0 });
    clearInterval(timer);
    timer = setInterval(onTick, tick);
  }

  function onMessage(message: FromWorker): void {
    started = true;
    silentTicks = 0;
    if (message.kind !== 'pong') stuckTicks = 0;
    allowed = stall;
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
    if (unanswered.size === 0) clearInterval(timer);
  }

  worker.addEventListener('message', (event) => {
    if (event instanceof MessageEvent) onMessage(event.data);
  });
  onDeath(worker, (why) =>
    crashed(started ? `The engine crashed: ${why}.` : `The engine could not be started: ${why}.`),
  );

  return {
    async request(method, params, { signal, onProgress } = {}) {
      if (dead) throw dead;
      if (unanswered.size === 0) startTicking();
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
