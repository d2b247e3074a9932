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

type Kinds = { readonly kind: 'one' } | { readonly kind: 'two' };

test('after a crash, the next question starts a new worker', async () => {
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
});
