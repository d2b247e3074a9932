import { expect, test } from 'vitest';
import { VpdError } from '../errors.ts';
import { toWire, transferables } from '../worker-calls/requests.ts';
import { FatalError } from './fatal.ts';
import { createHost, type Handlers } from './host.ts';
import { createQueue } from './job.ts';
import { createLru } from './lru.ts';
import type { FromWorker } from './protocol.ts';

const handlers = (depth: Handlers['depth']): Handlers => {
  const other = (): Promise<never> => Promise.reject(new VpdError('internal', 'Not part of this test.'));
  return {
    open: other,
    addPhoto: other,
    forgetPhoto: other,
    depth,
    refer: other,
    segment: other,
    ablate: other,
    ablateClasses: other,
    rawMaps: other,
    tokenize: other,
    crop: other,
  };
};
const request = { kind: 'request', id: 7, method: 'depth', params: { photo: 'a' } } as const;

async function serve(depth: Handlers['depth'], count: number): Promise<FromWorker[]> {
  const said: FromWorker[] = [];
  createHost(handlers(depth), (message) => said.push(message))(request);
  await expect.poll(() => said.length).toBe(count);
  return said;
}

test('a trap, or a runtime that did not start, is answered with an error, then with `lost`', async () => {
  const trap = new VpdError('internal', 'The depth network failed while it ran: unreachable', {
    cause: new WebAssembly.RuntimeError('unreachable'),
  });
  const said = await serve(() => Promise.reject(trap), 2);
  expect(said.map(({ kind }) => kind)).toEqual(['error', 'lost']);
  const unstarted = await serve(() => Promise.reject(new FatalError('network', 'The runtime could not be loaded.')), 2);
  expect(unstarted.map(({ kind }) => kind)).toEqual(['error', 'lost']);
  const ordinary = await serve(() => Promise.reject(new VpdError('no-memory', 'Too large.')), 1);
  expect(ordinary.map(({ kind }) => kind)).toEqual(['error']);
});

test('a result after a cancel is not sent', async () => {
  const said: FromWorker[] = [];
  const host = createHost(
    handlers(async () => ({ width: 1, height: 1, metres: new Float32Array(1), min: 0, max: 0, timings: [] })),
    (message) => said.push(message),
  );
  host(request);
  host({ kind: 'cancel', id: 7 });
  host({ kind: 'cancel', id: 99 });
  await expect.poll(() => said.length).toBe(1);
  expect(said).toMatchObject([{ kind: 'error', id: 7, error: { code: 'cancelled', message: 'Cancelled.' } }]);
});

test('progress is throttled, but a change of label and the last step are always sent', async () => {
  const said = await serve(async (_, { onProgress }) => {
    for (let done = 0; done <= 1_000; done++)
      onProgress?.({ label: 'Loading weights', done, total: 1_000, unit: 'bytes' });
    onProgress?.({ label: 'Preparing', done: 0, total: 0, unit: 'steps' });
    throw new VpdError('internal', 'end');
  }, 4);
  expect(
    said.map((message) =>
      message.kind === 'progress' ? [message.progress.label, message.progress.done] : message.kind,
    ),
  ).toEqual([['Loading weights', 0], ['Loading weights', 1_000], ['Preparing', 0], 'error']);
});

test('the buffers of a result are transferred, each once, except shared memory', () => {
  const shared = new Float32Array(new SharedArrayBuffer(8));
  const buffer = new ArrayBuffer(16);
  const result = {
    maps: [{ data: new Float32Array(buffer, 0, 2) }, { data: new Uint8Array(buffer) }],
    shared,
    none: null,
  };
  expect(transferables(result)).toEqual([buffer]);
});

test('other errors become errors of this project', () => {
  expect(toWire(new RangeError('Array buffer allocation failed')).code).toBe('no-memory');
  expect(toWire(new DOMException('The user aborted a request.', 'AbortError')).code).toBe('cancelled');
  expect(toWire('odd')).toMatchObject({ code: 'internal', message: 'odd' });
});

test('a queue runs one task at a time, in order, also after failures', async () => {
  const queue = createQueue();
  const order: string[] = [];
  const task =
    (name: string, fails = false) =>
    async () => {
      order.push(`${name} starts`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const results = await Promise.allSettled([
    queue(task('a', true)),
    queue(task('b'), AbortSignal.abort()),
    queue(task('c')),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(order).toEqual(['a starts', 'a ends', 'c starts', 'c ends']);
  await queue(task('d'));
  expect(order.slice(4), 'after all others have ended').toEqual(['d starts', 'd ends']);
});

test('a wider queue runs several tasks, in order; a cancelled task gives its place to the next one', async () => {
  const queue = createQueue(2);
  const events: string[] = [];
  const ends = new Map<string, () => void>();
  const task = (name: string) => () =>
    new Promise<void>((resolve) => {
      events.push(name);
      ends.set(name, resolve);
    });
  const stop = new AbortController();
  const all = Promise.allSettled([
    queue(task('a')),
    queue(task('b')),
    queue(task('c'), stop.signal),
    queue(task('d')),
    queue(task('e')),
  ]);
  const moment = () => new Promise((resolve) => setTimeout(resolve));
  await moment();
  expect(events).toEqual(['a', 'b']);
  stop.abort();
  ends.get('b')?.();
  await moment();
  expect(events).toEqual(['a', 'b', 'd']);
  const late = queue(task('f'));
  await moment();
  expect(events, 'a later task does not overtake').toEqual(['a', 'b', 'd']);
  ends.get('d')?.();
  ends.get('a')?.();
  await moment();
  expect(events).toEqual(['a', 'b', 'd', 'e', 'f']);
  ends.get('e')?.();
  ends.get('f')?.();
  await late;
  const statuses = (await all).map(({ status }) => status);
  expect(statuses).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
});

test('the least recently used value is evicted first, and every removed value is passed to `drop`', () => {
  const dropped: string[] = [];
  const lru = createLru<string>(10, (value) => dropped.push(value));
  lru.set('a', 'A', 4);
  lru.set('b', 'B', 4);
  expect(lru.get('a')).toBe('A');
  lru.set('c', 'C', 4);
  expect(dropped).toEqual(['B']);
  lru.set('c', 'C2', 4);
  lru.set('d', 'D', 2);
  expect(dropped, 'a value that was replaced, and none of the others, which fit exactly').toEqual(['B', 'C']);
  lru.set('a', 'A2', 4);
  expect(dropped).toEqual(['B', 'C', 'A']);
  lru.set('huge', 'H', 100);
  expect(['huge', 'a', 'c', 'd'].map(lru.get)).toEqual(['H', undefined, undefined, undefined]);
  lru.deleteWhere((key) => key.startsWith('hu'));
  expect(dropped).toEqual(['B', 'C', 'A', 'C2', 'D', 'A2', 'H']);
});
