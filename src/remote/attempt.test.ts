import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAttempt, pause } from './attempt.ts';

const STALL = 1000;
const URL = 'https://example.org/a.bin';

/** Signals of the requests so far. */
let signals: AbortSignal[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  signals = [];
  vi.stubGlobal('fetch', async (_: string, { signal }: { readonly signal: AbortSignal }) => {
    signals.push(signal);
    return new Response('x');
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('only time that is spent waiting for the server counts as a stall', async () => {
  const attempt = createAttempt(STALL, undefined);
  await attempt.fetch(URL, {});
  await attempt.read({ read: async () => 1 });
  await vi.advanceTimersByTimeAsync(10 * STALL);
  expect(signals[0]?.aborted, 'between two reads').toBe(false);
  void attempt.read({ read: () => new Promise(() => undefined) });
  await vi.advanceTimersByTimeAsync(STALL - 1);
  expect(signals[0]?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(signals[0]?.aborted, 'a read that stalls').toBe(true);
});

test('a cancelled download closes its connection, and an ended one leaves nothing behind', async () => {
  const stop = new AbortController();
  const ended = createAttempt(STALL, stop.signal);
  await ended.fetch(URL, {});
  ended.end();
  expect(signals[0]?.aborted, 'its connection is closed').toBe(true);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);

  await createAttempt(STALL, stop.signal).fetch(URL, {});
  expect(signals[1]?.aborted).toBe(false);
  stop.abort();
  expect(signals[1]?.aborted).toBe(true);
  await createAttempt(STALL, stop.signal).fetch(URL, {});
  expect(signals[2]?.aborted, 'cancelled before it began').toBe(true);
});

test('a pause ends after its time or when cancelled, and leaves nothing behind', async () => {
  const stop = new AbortController();
  let over = false;
  const resting = pause(50, stop.signal).then(() => {
    over = true;
  });
  await vi.advanceTimersByTimeAsync(49);
  expect(over).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await resting;
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);

  const cancelled = pause(50, stop.signal);
  stop.abort();
  await expect(cancelled).rejects.toThrow('Cancelled.');
  await expect(pause(50, stop.signal)).rejects.toThrow('Cancelled.');
  expect(vi.getTimerCount()).toBe(0);
});
