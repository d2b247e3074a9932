import { expect, test, vi } from 'vitest';
import type { Choice } from '../engine/device.ts';
import { isFatal } from '../engine/fatal.ts';
import type { Job } from '../engine/job.ts';
import type { PackSource, Progress } from '../engine/protocol.ts';
import type { Runtime } from '../engine/runtime.ts';
import { testRuntime, tinyPack } from '../engine/testing/tiny-model.ts';
import { VpdError } from '../errors.ts';
import type { Pack } from '../weights/pack/pack.ts';
import { createHandlers, type Environment } from './handlers.ts';

// Decoding and drawing photos needs a browser.
vi.mock('../image/formats/decode-web.ts', () => ({
  decodeImage: async () => ({
    image: { width: 128, height: 128, data: Uint8Array.from({ length: 49_152 }, (_, i) => i) },
    header: { format: 'jpeg', width: 128, height: 128, exif: { orientation: 1, focal35: 50 } },
    notes: ['Its first frame is used.'],
  }),
}));
vi.mock('../engine/display.ts', () => ({ displayBitmap: async () => ({}) }));

const HALF: Choice = {
  flavour: 'jspi',
  report: { backend: 'webgpu-f16', reason: 'A test.', threads: 1, limits: {} },
};
const WASM: Choice = { flavour: 'wasm', report: { backend: 'wasm', reason: 'A test.', threads: 1, limits: {} } };
const job = (change: Partial<Job> = {}): Job => ({ timings: [], ...change });
const problem = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'It succeeded.',
    ({ code, message }: VpdError) => `${code}: ${message}`,
  );

/** A runtime whose ORT cannot create sessions. */
function unstartable(): Runtime {
  const runtime = testRuntime();
  const create = () => Promise.reject(new Error('no available backend found. ERR: [wasm] Failed to fetch'));
  return { ...runtime, ort: { ...runtime.ort, InferenceSession: Object.assign(Object.create(null), { create }) } };
}

/** Handlers with the tiny model: packs named `narrow` read at most four tokens, those named `small` work at 64 px. */
async function start(environment: Partial<Environment> = {}) {
  const pack = await tinyPack();
  const named = (name: string): Pack => {
    const { text, tasks } = pack.config;
    const narrow = text && tasks.refer && { tasks: { ...tasks, refer: { ...tasks.refer, tokens: 4 } } };
    const small = { working: { ...pack.config.working, longSide: 64 } };
    const config = { ...pack.config, ...(name === 'narrow' ? narrow : {}), ...(name === 'small' ? small : {}) };
    return { ...pack, config, summary: { ...pack.summary, hash: name, working: config.working } };
  };
  const held: string[] = [];
  const handlers = createHandlers({
    choose: async () => WASM,
    load: async () => testRuntime(),
    async read(source: PackSource) {
      const name = 'stored' in source ? source.stored : source.url;
      if (name === 'missing') throw new VpdError('network', 'The pack is not there.');
      held.push(name);
      return { pack: named(name), from: 'storage', release: () => void held.splice(held.indexOf(name), 1) };
    },
    onDeviceLost: () => undefined,
    ...environment,
  });
  const open = (stored: string, change?: Partial<Job>) => handlers.open({ pack: { stored } }, job(change));
  const tokens = async () => (await handlers.tokenize({ prompt: 'red chair' }, job())).tokens.length;
  return { handlers, open, tokens, held };
}

test('a pack that fails its checks is released, and the previous one stays open', async () => {
  let loads = 0;
  const { open, tokens, held } = await start({
    choose: async () => HALF,
    async load() {
      // One for the device, then one in single precision for each pack.
      if (++loads === 3) throw new VpdError('no-memory', 'There is no room for another one.');
      return testRuntime();
    },
  });
  await open('first');
  expect(held).toEqual(['first']);
  expect(await problem(open('narrow'))).toBe('no-memory: There is no room for another one.');
  expect([held, await tokens()]).toEqual([['first'], 6]);
  await open('narrow');
  expect([held, await tokens()]).toEqual([['narrow'], 4]);
});

test('if an opening is cancelled during its checks, the previous pack stays open', async () => {
  const { open, tokens, held } = await start({ choose: async () => HALF });
  await open('first');
  const stop = new AbortController();
  const onProgress = ({ label }: Progress) => {
    if (label === 'Checking half precision') stop.abort();
  };
  expect(await problem(open('narrow', { signal: stop.signal, onProgress }))).toBe('cancelled: Cancelled.');
  expect([held, await tokens()]).toEqual([['first'], 6]);
});

test('a runtime that does not start is a fatal error, even if the pack fails too', async () => {
  const sentence =
    'The runtime that computes the networks could not be fetched or started. Check the connection, then retry.';
  const unstarted = { load: async () => unstartable() };
  const gone = { load: () => Promise.reject(new TypeError('Failed to fetch dynamically imported module')) };
  for (const environment of [unstarted, gone])
    for (const pack of ['first', 'missing']) {
      const { open } = await start(environment);
      const thrown = await open(pack).catch((error) => error);
      expect(thrown).toMatchObject({ code: 'network', message: sentence });
      expect(isFatal(thrown)).toBe(true);
    }
  const { open, tokens } = await start();
  expect(await problem(open('missing'))).toBe('network: The pack is not there.');
  await open('first');
  expect(await tokens()).toBe(6);
});

test('once the pack is read, the progress names the runtime, which is larger and may still be loading', async () => {
  const runtime = testRuntime();
  const labels: string[] = [];
  const onProgress = ({ label }: Progress) => void labels.push(label);
  let arrive = (): void => undefined;
  const download = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const create = (...args: Parameters<typeof runtime.ort.InferenceSession.create>) =>
    download.then(() => runtime.ort.InferenceSession.create(...args));
  const InferenceSession = Object.assign(Object.create(null), { create });
  const { open } = await start({ load: async () => ({ ...runtime, ort: { ...runtime.ort, InferenceSession } }) });
  const first = open('first', { onProgress });
  await expect.poll(() => labels).toEqual(['Choosing a device', 'Loading the runtime']);
  arrive();
  await first;
  await open('first', { onProgress });
  expect(labels, 'it is loaded once').toEqual(['Choosing a device', 'Loading the runtime', 'Choosing a device']);
});

test('single precision is loaded for a pack’s check, and not again after half precision has passed it', async () => {
  const loads: string[] = [];
  const { open } = await start({
    choose: async () => HALF,
    async load({ report }) {
      loads.push(report.backend);
      return testRuntime();
    },
  });
  for (const pack of ['first', 'first']) await open(pack);
  expect(loads).toEqual(['webgpu-f16', 'webgpu-f32']);
});

test('a smaller long side has its own pack hash and scaled metres', async () => {
  const { handlers } = await start();
  await handlers.addPhoto({ photo: 'a', name: 'a.png', file: new Blob() }, job());
  const see = async (stored: string, longSide?: number) => {
    const { pack } = await handlers.open({ pack: { stored }, ...(longSide === undefined ? {} : { longSide }) }, job());
    const { hash, working, learnedSide } = pack;
    const { metres, max } = await handlers.depth({ photo: 'a' }, job());
    return { pack: { hash, side: working.longSide, learnedSide }, metres, max };
  };
  const small = await see('small');
  expect(small.pack).toEqual({ hash: 'small', side: 64, learnedSide: undefined });
  const smaller = await see('first', 64);
  expect(smaller.pack).toEqual({ hash: 'first at 64 px', side: 64, learnedSide: 128 });
  expect(smaller.metres).toEqual(small.metres.map((metres) => metres / 2));
  expect(smaller.max).toBe(small.max / 2);
  for (const side of [128, 500]) expect((await see('first', side)).pack).toMatchObject({ hash: 'first', side: 128 });
});

test('addPhoto returns the field of view of the photo’s EXIF, and the notes of its decoder', async () => {
  const { handlers } = await start();
  const info = await handlers.addPhoto({ photo: 'a', name: 'a.jpg', file: new Blob() }, job());
  expect(info).toMatchObject({ photo: 'a', width: 128, height: 128 });
  expect(info.fov).toBeCloseTo(34, 0);
  expect(info.notes).toEqual(['Its first frame is used.']);
});

test('a stored pack that does not fit the device is opened only with `anyway`', async () => {
  const limits = { maxBufferSize: 500_000, maxStorageBufferBindingSize: 500_000 };
  const report = { backend: 'webgpu-f32', reason: 'A test.', threads: 1, limits } as const;
  const { handlers, open, tokens, held } = await start({ choose: async () => ({ flavour: 'jspi', report }) });
  await handlers.open({ pack: { stored: 'first' }, longSide: 64 }, job());
  expect(await problem(open('narrow'))).toBe(
    'unsupported: tiny does not fit this device. At 128 px the photo encoder makes a tensor of 524 kB and one buffer of this graphics device may have 500 kB. Open it from Models, which lists what would help.',
  );
  expect([held, await tokens()]).toEqual([['first'], 6]);
  await handlers.open({ pack: { stored: 'narrow' }, anyway: true }, job());
  expect([held, await tokens()]).toEqual([['narrow'], 4]);
  await handlers.open({ pack: { url: 'first' } }, job());
});
