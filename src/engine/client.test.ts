import { afterEach, expect, test, vi } from 'vitest';
import { VpdError } from '../errors.ts';
import type { WireError } from '../worker-calls/wire.ts';
import { createEngine } from './client.ts';
import type { Handlers } from './host.ts';
import { betweenStages, type Job } from './job.ts';
import type { Engine, Method, OpenResult, PhotoInfo } from './protocol.ts';
import type { DepthResult } from './results.ts';
import { bitmapsSoFar, createFakeWorker, type FakeWorker } from './testing/fake-worker.ts';
import type { Limits } from './worker-connection.ts';

const OPENED: OpenResult = {
  device: { backend: 'wasm', reason: 'A test.', threads: 1, limits: {} },
  pack: {
    name: 'p',
    family: 'f',
    weights: 'f32',
    bytes: 1,
    hash: '',
    tasks: [],
    scenes: [],
    classes: [],
    maxTokens: 0,
    working: { longSide: 320, multiple: 64 },
    licence: '',
  },
  runtime: [],
  from: 'network',
  timings: [],
};
const DEPTH: DepthResult = { width: 1, height: 1, metres: Float32Array.of(2.5), min: 2.5, max: 2.5, timings: [] };
const FILE = new Blob(['pixels']);
/** Milliseconds to wait for an event: less than a test's timeout, so that the failed expectation is reported instead. */
const EVENT_TIMEOUT = 4_000;

/** Works until its job is cancelled. */
async function untilCancelled(job: Job): Promise<never> {
  for (;;) await betweenStages(job);
}

/** A photo as the fake's handlers return it; its bitmap is filled in on the page's side. */
const photoInfo = (photo: string): PhotoInfo =>
  Object.assign(
    { photo, width: 1, height: 1, bitmap: Object.create(null) },
    { fov: undefined, notes: [], bitmap: null },
  );

/** Handlers that answer immediately. */
function handlers(changes: Partial<Handlers> = {}): Handlers {
  const unused = (): Promise<never> => Promise.reject(new VpdError('internal', 'Not part of this test.'));
  return {
    open: async () => OPENED,
    addPhoto: unused,
    forgetPhoto: async () => null,
    depth: async () => DEPTH,
    refer: unused,
    segment: unused,
    ablate: unused,
    ablateClasses: unused,
    rawMaps: unused,
    tokenize: async () => ({ tokens: [], words: [], cut: [] }),
    crop: unused,
    ...changes,
  };
}

/** Returns work that does not end until `go` is called. */
function gate() {
  let end = (): void => undefined;
  const opening = () =>
    new Promise<void>((resolve) => {
      end = resolve;
    });
  return { opening, go: () => end() };
}

let engine: Engine | undefined;
afterEach(() => engine?.close());

/** Starts an engine whose n-th worker has the n-th handlers (further workers have the last ones). */
function start(handlersOfWorkers: readonly Handlers[], limits: Partial<Limits> = {}) {
  const workers: FakeWorker[] = [];
  const lost: WireError[] = [];
  engine = createEngine({
    limits,
    onLost: (error) => lost.push(error),
    createWorker() {
      const own = handlersOfWorkers[Math.min(workers.length, handlersOfWorkers.length - 1)] ?? handlers();
      const worker = createFakeWorker(own);
      workers.push(worker);
      return worker;
    },
  });
  return { engine, workers, lost };
}

const problem = (call: Promise<unknown>): Promise<{ code: string; message: string }> =>
  call.then(
    () => ({ code: 'none', message: 'It succeeded.' }),
    (thrown: VpdError) => ({ code: thrown.code, message: thrown.message }),
  );
const never = (): Promise<never> => new Promise(() => undefined);
/** Waits until a worker has received this number of requests of a method. */
const requested = (worker: FakeWorker | undefined, method: Method, times = 1) =>
  expect
    .poll(() => worker?.received.filter((message) => message.kind === 'request' && message.method === method).length, {
      interval: 1,
      timeout: EVENT_TIMEOUT,
    })
    .toBe(times);
/** Waits until the handlers have logged a line. */
const hasLogged = (log: readonly string[], line: string) =>
  expect.poll(() => log, { interval: 1, timeout: EVENT_TIMEOUT }).toContain(line);

test('a call reports progress and returns its result', async () => {
  const { engine } = start([
    handlers({
      async open(_, job) {
        job.onProgress?.({ label: 'Loading weights', done: 3, total: 3, unit: 'bytes' });
        return OPENED;
      },
    }),
  ]);
  const seen: unknown[] = [];
  const opened = await engine.call(
    'open',
    { pack: { url: 'http://localhost/p/' } },
    { onProgress: (progress) => seen.push(progress) },
  );
  expect(opened).toEqual(OPENED);
  expect(seen).toEqual([{ label: 'Loading weights', done: 3, total: 3, unit: 'bytes' }]);
  const { metres } = await engine.call('depth', { photo: 'a' });
  expect([...metres]).toEqual([2.5]);
});

test('an error keeps its code and message, and the worker keeps running', async () => {
  const { engine, workers, lost } = start([
    handlers({ refer: () => Promise.reject(new VpdError('bad-prompt', 'Type what to look for.')) }),
  ]);
  expect(await problem(engine.call('refer', { photo: 'a', prompt: '' }))).toEqual({
    code: 'bad-prompt',
    message: 'Type what to look for.',
  });
  await engine.call('depth', { photo: 'a' });
  expect([workers.length, lost.length]).toEqual([1, 0]);
});

test('an aborted call rejects at once and stops the work, whose end is reported', async () => {
  const ends: string[] = [];
  const { engine, workers } = start([
    handlers({ depth: (_, job) => untilCancelled(job).finally(() => ends.push('stopped')) }),
  ]);
  const stop = new AbortController();
  const call = engine.call('depth', { photo: 'a' }, { signal: stop.signal, onEnd: () => ends.push('ended') });
  await requested(workers[0], 'depth');
  stop.abort();
  expect(await problem(call)).toEqual({ code: 'cancelled', message: 'Cancelled.' });
  expect(ends, 'the worker still runs its step').toEqual([]);
  await expect.poll(() => ends).toEqual(['stopped', 'ended']);
});

test('a call whose signal has already fired never reaches the worker', async () => {
  const { engine, workers } = start([handlers()]);
  expect((await problem(engine.call('depth', { photo: 'a' }, { signal: AbortSignal.abort() }))).code).toBe('cancelled');
  expect(workers.length).toBe(0);
});

test('a new request cancels the previous one of the same method and photo, and no other', async () => {
  const prompts: string[] = [];
  const { engine } = start([
    handlers({
      async refer({ prompt }, job) {
        prompts.push(prompt);
        if (prompt === 'old') await untilCancelled(job);
        throw new VpdError('bad-prompt', prompt);
      },
    }),
  ]);
  const old = problem(engine.call('refer', { photo: 'a', prompt: 'old' }));
  const depth = engine.call('depth', { photo: 'a' });
  await hasLogged(prompts, 'old');
  const other = problem(engine.call('refer', { photo: 'b', prompt: 'other photo' }));
  const newer = problem(engine.call('refer', { photo: 'a', prompt: 'new' }));
  expect(await old).toEqual({ code: 'cancelled', message: 'A newer request replaced it.' });
  expect((await newer).message).toBe('new');
  expect((await other).message).toBe('other photo');
  expect((await depth).min).toBe(2.5);
});

test('a crash rejects all pending calls; the next call starts a new worker with the same pack', async () => {
  const log: string[] = [];
  const remembering = (worker: number, changes: Partial<Handlers> = {}): Handlers =>
    handlers({
      async open({ pack }) {
        log.push(`${worker} open ${'url' in pack ? pack.url : pack.stored}`);
        return OPENED;
      },
      ...changes,
    });
  const { engine, workers, lost } = start([remembering(1, { depth: (_, job) => untilCancelled(job) }), remembering(2)]);
  await engine.call('open', { pack: { url: 'http://localhost/p/' } });
  const first = problem(engine.call('depth', { photo: 'a' }));
  const second = problem(engine.call('tokenize', { prompt: 'x' }).then(() => engine.call('depth', { photo: 'b' })));
  await requested(workers[0], 'depth', 2);
  workers[0]?.crash('stack overflow');
  const sentence = 'The engine crashed: stack overflow. Retry starts a fresh one; nothing else is lost.';
  expect(await first).toEqual({ code: 'worker-crashed', message: sentence });
  expect(await second).toEqual({ code: 'worker-crashed', message: sentence });
  expect(lost).toEqual([{ code: 'worker-crashed', message: sentence }]);
  expect(workers[0]?.terminated).toBe(true);
  expect((await engine.call('depth', { photo: 'a' })).min).toBe(2.5);
  expect(workers.length).toBe(2);
  expect(log).toEqual(['1 open http://localhost/p/', '2 open http://localhost/p/']);
});

test('a worker gets the photo of a call once, also one that was only offered, and no other photo', async () => {
  const log: string[] = [];
  const handlersOfWorkers = [1, 2].map((worker) =>
    handlers({
      async addPhoto({ photo }) {
        log.push(`${worker} photo ${photo}`);
        return photoInfo(photo);
      },
      async depth({ photo }) {
        log.push(`${worker} depth ${photo}`);
        return DEPTH;
      },
    }),
  );
  const { engine, workers } = start(handlersOfWorkers);
  await engine.call('addPhoto', { photo: 'a', name: 'a.png', file: FILE });
  await engine.call('addPhoto', { photo: 'b', name: 'b.png', file: FILE });
  await engine.call('depth', { photo: 'a' });
  engine.offer({ photo: 'c', name: 'c.png', file: FILE });
  await engine.call('depth', { photo: 'c' });
  workers[0]?.unreadable();
  await engine.call('depth', { photo: 'b' });
  await engine.call('depth', { photo: 'b' });
  engine.forget('a');
  await engine.call('depth', { photo: 'a' });
  expect(log).toEqual([
    '1 photo a',
    '1 photo b',
    '1 depth a',
    '1 photo c',
    '1 depth c',
    '2 photo b',
    '2 depth b',
    '2 depth b',
    '2 depth a',
  ]);
  // The page keeps the two bitmaps that it received; those of photos that a call needed are closed.
  expect(bitmapsSoFar().map(({ closed }) => closed)).toEqual([false, false, true, true]);
});

test('a lost device is reported once, with the worker’s own message', async () => {
  const { engine, workers, lost } = start([handlers({ depth: (_, job) => untilCancelled(job) }), handlers()]);
  const call = problem(engine.call('depth', { photo: 'a' }));
  await requested(workers[0], 'depth');
  const error = { code: 'device-lost', message: 'The graphics device was lost.' } as const;
  workers[0]?.say({ kind: 'lost', error });
  expect(await call).toEqual(error);
  workers[0]?.crash('a driver');
  expect(lost).toEqual([error]);
  expect((await engine.call('depth', { photo: 'a' })).min).toBe(2.5);
});

test('pending calls fail with worker-crashed, whatever the worker failed with', async () => {
  const error = { code: 'network', message: 'The runtime could not be loaded.' } as const;
  const { engine, workers, lost } = start([handlers({ addPhoto: (_, job) => untilCancelled(job) })]);
  const call = problem(engine.call('addPhoto', { photo: 'a', name: 'a.png', file: FILE }));
  await requested(workers[0], 'addPhoto');
  workers[0]?.say({ kind: 'lost', error });
  expect(await call).toEqual({ code: 'worker-crashed', message: error.message });
  expect(lost).toEqual([error]);
});

/** Handlers that log their requests and accept only one device, as the real worker does. An `open` ends when `untilOpen` resolves. */
function oneDevice(
  worker: number,
  log: string[],
  untilOpen: (pack: string) => Promise<void> = async () => undefined,
): Handlers {
  let device: string | undefined;
  return handlers({
    async open({ pack, capture = 'default' }, job) {
      const name = 'url' in pack ? pack.url : pack.stored;
      log.push(`${worker} open ${name}, capture ${capture}`);
      device ??= capture;
      if (device !== capture) throw new VpdError('bad-request', 'The backend of a running engine cannot be changed.');
      await Promise.race([untilOpen(name), untilCancelled(job)]);
      if (name === 'bad') throw new VpdError('bad-file', 'config.json is not JSON.');
      return OPENED;
    },
    async addPhoto({ photo }) {
      log.push(`${worker} photo ${photo}`);
      return photoInfo(photo);
    },
    async depth({ photo }) {
      log.push(`${worker} depth ${photo}`);
      return DEPTH;
    },
  });
}
const photo = (name: string) => ({ photo: name, name: `${name}.png`, file: FILE });

test('opening a pack with another device starts a new worker, which takes over the pending calls', async () => {
  const log: string[] = [];
  const { engine, workers, lost } = start([
    oneDevice(1, log),
    oneDevice(2, log, never),
    oneDevice(3, log),
    oneDevice(4, log),
  ]);
  await engine.call('open', { pack: { stored: 'p' } });
  await engine.call('addPhoto', photo('a'));
  workers[0]?.crash('a driver');
  // The second worker reopens the pack on the old device before the page requests another one.
  const depth = engine.call('depth', { photo: 'a' });
  await hasLogged(log, '2 open p, capture default');
  await engine.call('open', { pack: { stored: 'p' }, capture: 'off' });
  expect((await depth).min).toBe(2.5);
  expect(workers[1]?.terminated).toBe(true);
  expect(lost).toHaveLength(1);
  // From now on packs are reopened on the new device too.
  workers[2]?.crash('again');
  await engine.call('depth', { photo: 'a' });
  expect(log).toEqual([
    '1 open p, capture default',
    '1 photo a',
    '2 open p, capture default',
    '3 open p, capture off',
    '3 photo a',
    '3 depth a',
    '4 open p, capture off',
    '4 photo a',
    '4 depth a',
  ]);
});

test('while the page opens a pack in a new worker no other pack is opened; photos do not wait for it', async () => {
  const log: string[] = [];
  const { opening, go } = gate();
  const { engine, workers } = start([oneDevice(1, log), oneDevice(2, log, opening)]);
  await engine.call('open', { pack: { stored: 'p' } });
  workers[0]?.crash('a driver');
  const opened = engine.call('open', { pack: { stored: 'p' }, capture: 'off' });
  const depth = engine.call('depth', { photo: 'b' });
  await engine.call('addPhoto', photo('a'));
  expect(log.splice(0)).toEqual(['1 open p, capture default', '2 open p, capture off', '2 photo a']);
  go();
  await Promise.all([opened, depth]);
  expect(log).toEqual(['2 depth b']);
  expect(workers).toHaveLength(2);
});

test('opening a pack cancels the reopening of the previous one; if it fails, the previous pack stays open', async () => {
  const log: string[] = [];
  let waits = 0;
  const slowOnce = async () => (waits++ === 0 ? never() : undefined);
  const { engine, workers } = start([oneDevice(1, log), oneDevice(2, log, slowOnce), oneDevice(3, log)]);
  await engine.call('open', { pack: { stored: 'p' } });
  workers[0]?.crash('a driver');
  const depth = engine.call('depth', { photo: 'a' });
  await hasLogged(log, '2 open p, capture default');
  await engine.call('open', { pack: { stored: 'q' } });
  await depth;
  const bad = problem(engine.call('open', { pack: { stored: 'bad' } }));
  await engine.call('depth', { photo: 'b' });
  expect((await bad).code).toBe('bad-file');
  workers[1]?.crash('again');
  await engine.call('depth', { photo: 'c' });
  expect(log.map((each) => each.replace(/, capture.*/, ''))).toEqual([
    '1 open p',
    '2 open p',
    '2 open q',
    '2 depth a',
    '2 open bad',
    '2 depth b',
    '3 open q',
    '3 depth c',
  ]);
});

test('while the page opens two packs in a new worker, neither a failure of the first nor its end reopens the previous one', async () => {
  const log: string[] = [];
  let go = (): void => undefined;
  const untilGo = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { engine, workers } = start([
    oneDevice(1, log),
    oneDevice(2, log, async (pack) => (pack === 'q' ? untilGo : undefined)),
  ]);
  await engine.call('open', { pack: { stored: 'p' } });
  workers[0]?.crash('a driver');
  const bad = problem(engine.call('open', { pack: { stored: 'bad' } }));
  const depth = engine.call('depth', { photo: 'a' });
  const opened = engine.call('open', { pack: { stored: 'q' } });
  expect((await bad).code).toBe('bad-file');
  const later = engine.call('depth', { photo: 'b' });
  await engine.call('addPhoto', photo('c'));
  go();
  await Promise.all([opened, depth, later]);
  expect(log.splice(0).map((each) => each.replace(/, capture.*/, ''))).toEqual([
    '1 open p',
    '2 open bad',
    '2 open q',
    '2 photo c',
    '2 depth a',
    '2 depth b',
  ]);
});

test('an `open` with another device replaces one that has not ended', async () => {
  const log: string[] = [];
  const { engine, workers } = start([oneDevice(1, log, never), oneDevice(2, log)]);
  const first = problem(engine.call('open', { pack: { stored: 'p' } }));
  await hasLogged(log, '1 open p, capture default');
  await engine.call('open', { pack: { stored: 'q' }, capture: 'off' });
  expect((await first).code).toBe('cancelled');
  await engine.call('depth', { photo: 'a' });
  expect(workers).toHaveLength(2);
  expect(log).toEqual(['1 open p, capture default', '2 open q, capture off', '2 depth a']);
});

test('a call that is cancelled while a new worker opens the pack never reaches it', async () => {
  const log: string[] = [];
  const { opening, go } = gate();
  const { engine, workers } = start([oneDevice(1, log), oneDevice(2, log, opening)]);
  await engine.call('open', { pack: { stored: 'p' } });
  workers[0]?.crash('a driver');
  const stop = new AbortController();
  const ended = new Promise<void>((resolve) => {
    problem(engine.call('depth', { photo: 'a' }, { signal: stop.signal, onEnd: resolve }));
  });
  await hasLogged(log, '2 open p, capture default');
  stop.abort();
  go();
  await ended;
  await engine.call('depth', { photo: 'b' });
  expect(log.slice(2)).toEqual(['2 depth b']);
});

test('a pack that could not be reopened in a new worker is opened for the next call', async () => {
  let opens = 0;
  const failing = handlers({
    open: async () => {
      if (++opens === 1) throw new VpdError('network', 'No connection.');
      return OPENED;
    },
  });
  const { engine, workers } = start([handlers(), failing]);
  await engine.call('open', { pack: { url: 'http://localhost/p/' } });
  workers[0]?.crash('a driver');
  expect((await problem(engine.call('depth', { photo: 'a' }))).code).toBe('network');
  expect((await engine.call('depth', { photo: 'a' })).min).toBe(2.5);
  expect([opens, workers.length]).toEqual([2, 2]);
});

test('an `open` that fails because its worker died does not affect an `open` in the next worker', async () => {
  const log: string[] = [];
  const stuck = (name: string) => async (pack: string) => (pack === name ? never() : undefined);
  const { engine, workers } = start([oneDevice(1, log, stuck('q')), oneDevice(2, log, stuck('p'))]);
  await engine.call('open', { pack: { stored: 'p' } });
  const late = [problem(engine.call('open', { pack: { stored: 'q' } })), problem(engine.call('depth', { photo: 'a' }))];
  await hasLogged(log, '1 open q, capture default');
  workers[0]?.crash('a driver');
  const bad = problem(engine.call('open', { pack: { stored: 'bad' } }));
  const depth = engine.call('depth', { photo: 'b' });
  expect((await bad).code).toBe('bad-file');
  expect((await Promise.all(late)).map(({ code }) => code)).toEqual(['worker-crashed', 'worker-crashed']);
  await hasLogged(log, '2 open p, capture default');
  await engine.call('open', { pack: { stored: 'r' } });
  await depth;
  expect(log.map((each) => each.replace(/, capture.*/, ''))).toEqual([
    '1 open p',
    '1 open q',
    '2 open bad',
    '2 open p',
    '2 open r',
    '2 depth b',
  ]);
});

test('forgetting a photo starts no worker, cancels its decoding, and does not send it to a new worker', async () => {
  const log: string[] = [];
  const waiting = handlers({ addPhoto: (_, job) => untilCancelled(job).finally(() => log.push('stopped')) });
  const { engine, workers } = start([waiting, oneDevice(2, log)]);
  engine.forget('a');
  expect(workers).toHaveLength(0);
  const added = problem(engine.call('addPhoto', photo('a')));
  await requested(workers[0], 'addPhoto');
  engine.forget('a');
  expect(await added).toEqual({ code: 'cancelled', message: 'The photo was removed.' });
  await expect.poll(() => log).toEqual(['stopped']);
  workers[0]?.crash('a driver');
  engine.forget('a');
  expect(workers).toHaveLength(1);
  await engine.call('depth', { photo: 'a' });
  expect(log).toEqual(['stopped', '2 depth a']);
});

test('the bitmap of a photo that was removed while its answer was on the way is closed', async () => {
  const log: string[] = [];
  const { engine, workers } = start([handlers({ addPhoto: never }), oneDevice(2, log)]);
  const added = problem(engine.call('addPhoto', photo('a')));
  await requested(workers[0], 'addPhoto');
  const [request] = workers[0]?.received.filter(({ kind }) => kind === 'request') ?? [];
  const before = bitmapsSoFar().length;
  workers[0]?.say({ kind: 'result', id: request?.id ?? 0, result: photoInfo('a') });
  engine.forget('a');
  expect((await added).code).toBe('cancelled');
  await expect
    .poll(() =>
      bitmapsSoFar()
        .slice(before)
        .map(({ closed }) => closed),
    )
    .toEqual([true]);
  workers[0]?.crash('a driver');
  await engine.call('depth', { photo: 'a' });
  expect(log, 'a new worker does not get the photo').toEqual(['2 depth a']);
});

test('a worker that does not answer is stopped, and the next call works', async () => {
  const { engine, workers, lost } = start([handlers({ depth: (_, job) => untilCancelled(job) }), handlers()], {
    tick: 5,
    hang: 50,
  });
  await engine.call('tokenize', { prompt: 'x' });
  workers[0]?.block();
  const hung = await problem(engine.call('depth', { photo: 'a' }));
  expect(hung.code).toBe('worker-crashed');
  expect(hung.message).toMatch(/^The engine has not answered for \d+ s, so it was stopped\. Retry starts a fresh one/);
  expect([workers[0]?.terminated, lost.length]).toEqual([true, 1]);
  expect((await engine.call('depth', { photo: 'a' })).min).toBe(2.5);
});

test('a worker in a long run is not stopped, even if that run was cancelled and another call waits', async () => {
  const [tick, hang] = [2, 30];
  const { engine, workers, lost } = start(
    [
      handlers({
        depth(_, job) {
          workers[0]?.block();
          return untilCancelled(job);
        },
      }),
    ],
    { tick, hang, stall: 60_000 },
  );
  await engine.call('tokenize', { prompt: 'x' });
  const stop = new AbortController();
  const cancelled = problem(engine.call('depth', { photo: 'a' }, { signal: stop.signal }));
  await expect.poll(() => workers[0]?.held.length, { interval: 1, timeout: EVENT_TIMEOUT }).toBeGreaterThan(0);
  stop.abort();
  expect((await cancelled).code).toBe('cancelled');
  const waiting = engine.call('tokenize', { prompt: 'x' });
  // At least one tick lies between two pings, so an idle worker would have been silent for too long by now.
  const pings = () => workers[0]?.held.filter(({ kind }) => kind === 'ping').length ?? 0;
  const before = pings();
  await expect.poll(pings, { interval: 1, timeout: EVENT_TIMEOUT }).toBeGreaterThan(before + hang / tick + 1);
  workers[0]?.release();
  expect(await waiting).toEqual({ tokens: [], words: [], cut: [] });
  expect([workers.length, lost.length]).toEqual([1, 0]);
});

test('a worker that answers pings but never a request is stopped, and the next call works', async () => {
  const { engine, workers, lost } = start([handlers({ depth: () => new Promise(() => undefined) }), handlers()], {
    tick: 5,
    stall: 100,
  });
  await engine.call('tokenize', { prompt: 'x' });
  const stuck = await problem(engine.call('depth', { photo: 'a' }));
  expect(stuck.code).toBe('worker-crashed');
  expect(stuck.message).toMatch(
    /^The engine has made no progress for \d+ s, so it was stopped\. Retry starts a fresh one/,
  );
  expect([workers[0]?.terminated, lost.length]).toEqual([true, 1]);
  expect((await engine.call('depth', { photo: 'a' })).min).toBe(2.5);
});

test('after a request that cannot be sent, the worker is not watched', async () => {
  const { engine, workers } = start([handlers()], { tick: 1 });
  await engine.call('tokenize', { prompt: 'x' });
  const stopped = vi.spyOn(globalThis, 'clearInterval');
  const unsendable = engine.call('tokenize', Object.assign({ prompt: 'x' }, { cannotBeCloned: () => undefined }));
  await expect(unsendable).rejects.toThrow('could not be cloned');
  const timers = () => stopped.mock.calls.filter(([timer]) => timer !== undefined).length;
  const before = timers();
  await expect.poll(timers, { interval: 1, timeout: EVENT_TIMEOUT }).toBeGreaterThan(before);
  stopped.mockRestore();
  expect(workers).toHaveLength(1);
});

test('a worker that reports progress is not stopped', async () => {
  const { engine, lost } = start(
    [
      handlers({
        async depth(_, job) {
          for (let done = 0; done < 30; done++) {
            await new Promise((resolve) => setTimeout(resolve, 10));
            job.onProgress?.({ label: 'Working', done, total: 30, unit: 'steps' });
          }
          return DEPTH;
        },
      }),
    ],
    { tick: 5, stall: 150 },
  );
  expect((await engine.call('depth', { photo: 'a' })).min).toBe(2.5);
  expect(lost).toEqual([]);
});

test('a worker that never starts is stopped', async () => {
  const lost: WireError[] = [];
  engine = createEngine({
    limits: { tick: 5, start: 40 },
    onLost: (error) => lost.push(error),
    createWorker: () => createFakeWorker(handlers(), false),
  });
  expect((await problem(engine.call('depth', { photo: 'a' }))).code).toBe('worker-crashed');
  expect(lost.length).toBe(1);
});

test('if the script of a worker cannot be loaded, the error says so', async () => {
  const { engine, workers } = start([handlers()]);
  const call = problem(engine.call('depth', { photo: 'a' }));
  workers[0]?.crash('');
  expect(await call).toEqual({
    code: 'worker-crashed',
    message:
      'The engine could not be started: its code could not be loaded. Retry starts a fresh one; nothing else is lost.',
  });
});

test('a closed engine rejects pending and later calls', async () => {
  const { engine, workers, lost } = start([handlers({ depth: (_, job) => untilCancelled(job) })]);
  const call = problem(engine.call('depth', { photo: 'a' }));
  await requested(workers[0], 'depth');
  engine.close();
  expect(await call).toEqual({ code: 'cancelled', message: 'The engine was closed.' });
  expect(await problem(engine.call('depth', { photo: 'a' }))).toEqual({
    code: 'cancelled',
    message: 'The engine was closed.',
  });
  expect([workers[0]?.terminated, lost.length]).toEqual([true, 0]);
});
