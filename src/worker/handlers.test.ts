import { expect, test } from 'vitest';
import type { Choice } from '../engine/device.ts';
import { isFatal } from '../engine/fatal.ts';
import type { Job } from '../engine/job.ts';
import type { PackSource, Progress } from '../engine/protocol.ts';
import type { Runtime } from '../engine/runtime.ts';
import { testRuntime, tinyPack } from '../engine/tiny-model.ts';
import { VpdError } from '../errors.ts';
import type { Pack } from '../weights/pack.ts';
import { createHandlers, type Surroundings } from './handlers.ts';

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

/** A runtime of which ORT cannot make a session. */
function unstartable(): Runtime {
  const runtime = testRuntime();
  const create = () => Promise.reject(new Error('no available backend found. ERR: [wasm] Failed to fetch'));
  return { ...runtime, ort: { ...runtime.ort, InferenceSession: Object.assign(Object.create(null), { create }) } };
}

/** Handlers over the tiny model: packs called `narrow` read prompts of four tokens at most. */
async function start(surroundings: Partial<Surroundings> = {}) {
  const pack = await tinyPack();
  const named = (name: string): Pack => {
    const { text, tasks } = pack.config;
    const narrow = text && tasks.refer && { tasks: { ...tasks, refer: { ...tasks.refer, tokens: 4 } } };
    const config = { ...pack.config, ...(name === 'narrow' ? narrow : {}) };
    return { ...pack, config, summary: { ...pack.summary, hash: name } };
  };
  const held: string[] = [];
  const handlers = createHandlers({
    choose: async () => WASM,
    load: async () => testRuntime(),
    async read(source: PackSource) {
      const name = 'stored' in source ? source.stored : source.url;
      if (name === 'missing') throw new VpdError('network', 'The pack is not there.');
      held.push(name);
      return { pack: named(name), from: 'storage', letGo: () => void held.splice(held.indexOf(name), 1) };
    },
    onDeviceLost: () => undefined,
    ...surroundings,
  });
  const open = (stored: string, change?: Partial<Job>) => handlers.open({ pack: { stored } }, job(change));
  const tokens = async () => (await handlers.tokenize({ prompt: 'red chair' }, job())).tokens.length;
  return { handlers, open, tokens, held };
}

test('a pack that fails in the last checks leaves the one before it open and held, and is let go', async () => {
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

test('an opening that is cancelled during its checks leaves the pack before it, too', async () => {
  const { open, tokens, held } = await start({ choose: async () => HALF });
  await open('first');
  const stop = new AbortController();
  const onProgress = ({ label }: Progress) => {
    if (label === 'Checking half precision') stop.abort();
  };
  expect(await problem(open('narrow', { signal: stop.signal, onProgress }))).toBe('cancelled: Cancelled.');
  expect([held, await tokens()]).toEqual([['first'], 6]);
});

test('a runtime that does not start is the end of the worker, whatever becomes of the pack', async () => {
  const sentence =
    'The runtime that computes the networks could not be fetched or started. Check the connection, then retry.';
  const unstarted = { load: async () => unstartable() };
  const gone = { load: () => Promise.reject(new TypeError('Failed to fetch dynamically imported module')) };
  for (const surroundings of [unstarted, gone])
    for (const pack of ['first', 'missing']) {
      const { open } = await start(surroundings);
      const thrown = await open(pack).catch((error) => error);
      expect(thrown).toMatchObject({ code: 'network', message: sentence });
      expect(isFatal(thrown)).toBe(true);
    }
  const { open, tokens } = await start();
  expect(await problem(open('missing'))).toBe('network: The pack is not there.');
  await open('first');
  expect(await tokens()).toBe(6);
});
