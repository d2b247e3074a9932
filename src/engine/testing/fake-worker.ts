import type { WorkerLike } from '../../worker-calls/watch.ts';
import { createHost, type Handlers } from '../host.ts';
import type { FromWorker, ToWorker } from '../protocol.ts';

/**
 * Test helper: the worker's side (host and handlers) behind a real MessageChannel, so that messages are cloned and arrive later, as
 * between threads. `crash` acts like a thread that died, `block` like one that computes or hangs.
 */
export interface FakeWorker extends WorkerLike {
  readonly terminated: boolean;
  /** Messages from the client that the host has received. */
  readonly received: readonly ToWorker[];
  /** Messages that arrived while the worker was blocked. */
  readonly held: readonly ToWorker[];
  say(message: FromWorker): void;
  crash(message: string): void;
  unreadable(): void;
  /** Holds messages back until `release`, like a thread in a long computation. */
  block(): void;
  release(): void;
}

/** Replaces ImageBitmap, which Node lacks: null is posted, and the page's side turns it into this. */
interface StandInBitmap {
  readonly closed: boolean;
}
const standIns: StandInBitmap[] = [];
export const bitmapsSoFar = (): readonly StandInBitmap[] => standIns;

function revive(data: FromWorker): FromWorker {
  if (data.kind === 'result' && data.result && 'bitmap' in data.result) {
    let closed = false;
    const bitmap = {
      get closed() {
        return closed;
      },
      width: 1,
      height: 1,
      close() {
        closed = true;
      },
    };
    standIns.push(bitmap);
    return { ...data, result: { ...data.result, bitmap } };
  }
  return data;
}

/** @param starts false for a worker whose script never runs */
export function createFakeWorker(handlers: Handlers, starts = true): FakeWorker {
  const events = new EventTarget();
  const { port1: page, port2: thread } = new MessageChannel();
  const received: ToWorker[] = [];
  let terminated = false;
  let blocked = !starts;
  const held: ToWorker[] = [];
  const say = (message: FromWorker): void => thread.postMessage(message);
  const receive = createHost(handlers, say);
  const take = (message: ToWorker): void => {
    received.push(message);
    receive(message);
  };
  thread.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (blocked) held.push(data);
    else take(data);
  };
  page.onmessage = ({ data }) => {
    events.dispatchEvent(new MessageEvent('message', { data: revive(data) }));
  };
  if (starts) say({ kind: 'ready' });
  return {
    get terminated() {
      return terminated;
    },
    received,
    held,
    say,
    crash(message) {
      events.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), { message }));
    },
    unreadable() {
      events.dispatchEvent(new MessageEvent('messageerror'));
    },
    block() {
      blocked = true;
    },
    release() {
      blocked = false;
      for (const message of held.splice(0)) take(message);
    },
    postMessage: (message) => page.postMessage(message),
    addEventListener: (type, listener) => events.addEventListener(type, listener),
    terminate() {
      terminated = true;
      page.close();
      thread.close();
    },
  };
}
