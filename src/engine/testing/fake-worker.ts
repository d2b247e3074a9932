import type { WorkerLike } from '../../asking/watch.ts';
import { createHost, type Handlers } from '../host.ts';
import type { FromWorker, ToWorker } from '../protocol.ts';

/**
 * Test helper: the worker's side (host and handlers) behind a real MessageChannel, so that messages are cloned and arrive later, as
 * they do between threads. `crash` and `block` do what a thread that died, computes or hangs does.
 */
export interface FakeWorker extends WorkerLike {
  readonly terminated: boolean;
  /** Messages that the client sent and that were taken. */
  readonly received: readonly ToWorker[];
  /** Messages that came while the worker was blocked. */
  readonly held: readonly ToWorker[];
  say(message: FromWorker): void;
  crash(message: string): void;
  unreadable(): void;
  /** Takes no messages until it is released, as a thread inside a long computation; those that came meanwhile follow. */
  block(): void;
  release(): void;
}

/** Node has no ImageBitmap: null crosses the channel in its place and becomes this on the page's side. */
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

/** @param starts False for a worker whose script never runs. */
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
