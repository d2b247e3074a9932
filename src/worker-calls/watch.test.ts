import { expect, test, vi } from 'vitest';
import { askWithRestart, askWorker } from './ask.ts';
import { onDeath, type WorkerLike } from './watch.ts';

/** A worker that never answers; the test dispatches its events. */
function silentWorker() {
  const events = new EventTarget();
  const terminate = vi.fn();
  const worker: WorkerLike = {
    postMessage: () => undefined,
    addEventListener: (type, listener) => events.addEventListener(type, listener),
    terminate,
  };
  return { worker, terminate, tell: (event: Event) => events.dispatchEvent(event) };
}

const unreadable = () => new MessageEvent('messageerror');
const thrown = (message: string) => Object.assign(new Event('error', { cancelable: true }), { message });

test.each([
  ['throws', [thrown('stack overflow')], 'stack overflow'],
  ['cannot be loaded', [thrown('')], 'its code could not be loaded'],
  ['dies without a message', [new MessageEvent('message'), thrown('')], 'the browser does not say why'],
  ['sends an unreadable message', [unreadable(), thrown('later')], 'one of its messages could not be read'],
])('a worker that %s is terminated and reported once', (_, events, why) => {
  const { worker, terminate, tell } = silentWorker();
  const told = vi.fn();
  onDeath(worker, told);
  for (const event of events) tell(event);
  expect(told).toHaveBeenCalledExactlyOnceWith(why);
  expect(terminate).toHaveBeenCalledOnce();
  // The error is handled, so the browser's console does not show it too.
  expect(events.filter(({ type }) => type === 'error').every(({ defaultPrevented }) => defaultPrevented)).toBe(true);
});

test('an unreadable answer fails all pending and later questions', async () => {
  const { worker, tell } = silentWorker();
  const { ask } = askWorker<string, string>(worker, 'The report');
  const pending = [ask('one'), ask('two')];
  tell(unreadable());
  const error = {
    code: 'worker-crashed',
    message: 'The report could not continue: one of its messages could not be read. Try again, or reload the page.',
  };
  for (const answer of [...pending, ask('three')]) await expect(answer).rejects.toMatchObject(error);
});

test('a worker that dies without an event fails its questions; one that answers pings may take its time', async () => {
  const limits = { tick: 1, silence: 30 };
  const dead = silentWorker();
  await expect(askWorker<string, string>(dead.worker, 'The batch', limits).ask('one')).rejects.toMatchObject({
    code: 'worker-crashed',
    message: 'The batch could not continue: it has been silent for 0 s. Try again, or reload the page.',
  });
  expect(dead.terminate).toHaveBeenCalled();

  const slow = silentWorker();
  let pings = 0;
  const worker: WorkerLike = {
    ...slow.worker,
    postMessage(message) {
      if (!('ping' in message)) return;
      pings++;
      slow.tell(new MessageEvent('message', { data: { pong: true } }));
    },
  };
  const answer = askWorker<string, string>(worker, 'The batch', limits).ask('one');
  // Two pings are at least five ticks apart.
  await expect.poll(() => pings, { interval: 1 }).toBeGreaterThan(10);
  slow.tell(new MessageEvent('message', { data: { id: 1, answer: 'done' } }));
  expect(await answer).toBe('done');
  const before = pings;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(pings, 'an idle worker is not watched').toBe(before);
});

test('after its end a worker answers nothing, and the reason stays the same if it dies', async () => {
  const { worker, terminate, tell } = silentWorker();
  const { ask, end } = askWorker<string, string>(worker, 'The report');
  const pending = ask('one');
  end();
  expect(terminate).toHaveBeenCalledOnce();
  tell(unreadable());
  const error = { code: 'cancelled', message: 'The report was cancelled.' };
  for (const answer of [pending, ask('two')]) await expect(answer).rejects.toMatchObject(error);
});

type Kinds = { readonly kind: 'one' } | { readonly kind: 'two' };

test('after a crash, the next question starts a new worker; after an error, the same worker is asked', async () => {
  const started: ReturnType<typeof silentWorker>[] = [];
  const ask = askWithRestart<Kinds, Kinds>(() => {
    const next = silentWorker();
    started.push(next);
    return next.worker;
  }, 'The work');
  const first = ask({ kind: 'one' });
  started[0]?.tell(unreadable());
  await expect(first).rejects.toMatchObject({ code: 'worker-crashed' });
  const second = ask({ kind: 'two' });
  expect(started.length).toBe(2);
  started[1]?.tell(new MessageEvent('message', { data: { id: 1, answer: { kind: 'two' } } }));
  expect((await second).kind).toBe('two');
  const third = ask({ kind: 'one' });
  started[1]?.tell(new MessageEvent('message', { data: { id: 2, error: { code: 'no-memory', message: 'Full.' } } }));
  await expect(third).rejects.toMatchObject({ code: 'no-memory' });
  void ask({ kind: 'two' });
  expect(started.length).toBe(2);
});
