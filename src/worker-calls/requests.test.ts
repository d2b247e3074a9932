/** A worker's answers to requests. */
import { expect, test, vi } from 'vitest';
import { VpdError } from '../errors.ts';
import { createRequests, type Reply, type RequestContext, type Requests } from './requests.ts';
import { throttled } from './throttle.ts';

interface Step {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}
type TestRequest = { readonly id: number; run(context: RequestContext<Step>): Promise<string> };

/** Resolves with all replies and errors, once `answers` requests are answered. */
async function repliesTo(answers: number, begin: (requests: Requests<TestRequest>) => void) {
  const replies: Reply<string, Step>[] = [];
  const errors: unknown[] = [];
  begin(
    createRequests<TestRequest, string, Step>(
      ({ run }, context) => run(context),
      (reply) => replies.push(reply),
      (thrown) => errors.push(thrown),
    ),
  );
  const answered = () => replies.filter(({ kind }) => kind !== 'progress').length;
  await expect.poll(answered).toBe(answers);
  return { replies, errors };
}

test('requests run concurrently, and each gets its own progress and its own answer', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { replies, errors } = await repliesTo(2, ({ start }) => {
    start({
      id: 1,
      async run({ onProgress }) {
        onProgress({ label: 'Packing', done: 1, total: 2 });
        await held;
        return 'late';
      },
    });
    start({
      id: 2,
      async run() {
        setTimeout(release);
        return 'early';
      },
    });
  });
  expect(replies).toEqual([
    { kind: 'progress', id: 1, progress: { label: 'Packing', done: 1, total: 2 } },
    { kind: 'result', id: 2, result: 'early' },
    { kind: 'result', id: 1, result: 'late' },
  ]);
  expect(errors).toEqual([]);
});

test('a cancel reaches only its request, whose result is then not sent', async () => {
  const { replies } = await repliesTo(2, ({ start, cancel }) => {
    start({ id: 1, run: async ({ signal }) => `stopped: ${signal.aborted}` });
    start({ id: 2, run: async ({ signal }) => `stopped: ${signal.aborted}` });
    cancel(1);
    cancel(3);
  });
  expect(replies).toMatchObject([
    { kind: 'error', id: 1, error: { code: 'cancelled' } },
    { kind: 'result', id: 2, result: 'stopped: false' },
  ]);
});

test('a request that was answered cannot be cancelled', async () => {
  const signals: AbortSignal[] = [];
  const run = async ({ signal }: RequestContext<Step>) => {
    signals.push(signal);
    return 'done';
  };
  let cancelFirst = (): void => undefined;
  await repliesTo(1, ({ start, cancel }) => {
    start({ id: 1, run });
    cancelFirst = () => cancel(1);
  });
  cancelFirst();
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
});

test('the bitmap of a cancelled request is closed', async () => {
  class Bitmap {
    closed = false;
    close(): void {
      this.closed = true;
    }
  }
  vi.stubGlobal('ImageBitmap', Bitmap);
  const bitmap = new Bitmap();
  const replies: string[] = [];
  const { start, cancel } = createRequests<{ readonly id: number }, { readonly bitmap: Bitmap }, Step>(
    async () => ({ bitmap }),
    ({ kind }) => replies.push(kind),
  );
  start({ id: 1 });
  cancel(1);
  await expect.poll(() => replies).toEqual(['error']);
  vi.unstubAllGlobals();
  expect(bitmap.closed).toBe(true);
});

test('an error is sent as the answer with the stack of its cause, then passed to onError', async () => {
  const full = new VpdError('storage', 'The disk is full.', { cause: new TypeError('No room in the inn.') });
  const { replies, errors } = await repliesTo(1, ({ start }) => start({ id: 1, run: () => Promise.reject(full) }));
  expect(replies).toMatchObject([{ kind: 'error', id: 1, error: { code: 'storage', message: 'The disk is full.' } }]);
  expect(replies).toMatchObject([{ error: { detail: expect.stringContaining('TypeError: No room in the inn.') } }]);
  expect(errors).toEqual([full]);
});

test('one step per interval is reported, and always the last one and the first of another phase', () => {
  const clock = vi.spyOn(performance, 'now');
  const told: string[] = [];
  const tell = throttled<{ readonly phase: string; readonly done: number; readonly total: number }>(
    ({ phase, done }) => told.push(`${phase} ${done}`),
    ({ phase }) => phase,
  );
  const at = (ms: number, phase: string, done: number): void => {
    clock.mockReturnValue(ms);
    tell({ phase, done, total: 9 });
  };
  at(0, 'checking', 0);
  at(99, 'checking', 1);
  at(100, 'checking', 2);
  at(150, 'converting', 3);
  at(151, 'converting', 4);
  at(152, 'converting', 9);
  clock.mockRestore();
  expect(told).toEqual(['checking 0', 'checking 2', 'converting 3', 'converting 9']);
});
