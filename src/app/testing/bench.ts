import type { Engine, EngineOptions } from '../../engine/protocol.ts';
import { type ErrorCode, VpdError } from '../../errors.ts';
import { createResults } from '../results/results.ts';
import { createSession } from '../session.ts';
import { type AppState, createAppStore } from '../store.ts';

interface Call {
  /** 0 for the page's engine, 1 for the one beside it. */
  readonly engine: number;
  readonly method: string;
  readonly params: unknown;
  readonly signal: AbortSignal | undefined;
  // Results have the type that protocol.ts promises for the method; here, whatever the test needs.
  answer(result: MessageEvent['data']): void;
  fail(error: VpdError): void;
}

export const settle = () => new Promise((resolve) => setTimeout(resolve));
export const png = (name: string) => new File([Uint8Array.of(1)], name, { type: 'image/png' });

const NONE: readonly string[] = [];

/** A pack's facts. */
export const pack = {
  name: 'p',
  family: 'f',
  weights: 'q8',
  bytes: 1,
  hash: 'a',
  tasks: ['depth', 'refer', 'segment'],
  scenes: NONE,
  classes: NONE,
  maxTokens: 32,
  working: { longSide: 320, shortSide: 256, multiple: 64 },
  licence: 'MIT',
};
const OPENED = { device: { backend: 'wasm', reason: 'r', threads: 1, limits: {} }, pack, from: 'network', timings: [] };

/** A photo as the engine has decoded it. */
const DECODED = { photo: '', width: 4, height: 3, bitmap: { close() {} } };

const plane = { width: 1, height: 1, timings: [] };
export const depth = () => ({ ...plane, metres: Float32Array.of(1), min: 1, max: 1 });
export const mask = (zeroShot = false) => ({
  ...plane,
  probability: Float32Array.of(1),
  area: 1,
  tokens: [],
  words: [],
  cut: [],
  maps: [],
  ...(zeroShot ? { zeroShot } : {}),
});

/** Test helper: a session whose engines answer when the test says so, or at once. */
export function testBench(begin: Partial<AppState> = {}) {
  const calls: Call[] = [];
  const forgotten: string[] = [];
  const offered: string[] = [];
  const losses: EngineOptions['onLost'][] = [];
  const store = createAppStore(begin);
  const results = createResults();

  function makeEngine({ onLost }: EngineOptions): Promise<Engine> {
    const engine = losses.push(onLost) - 1;
    return Promise.resolve({
      call: (method, params, options) =>
        new Promise((resolve, reject) => {
          calls.push({ engine, method, params, signal: options?.signal, answer: resolve, fail: reject });
          options?.signal?.addEventListener('abort', () => reject(new VpdError('cancelled', 'Cancelled.')));
        }),
      offer: ({ photo }) => void offered.push(photo),
      forget: (photo) => void forgotten.push(photo),
      close() {},
    });
  }

  const session = createSession({
    store,
    results,
    makeEngine,
    pack: { url: 'http://host/models/tiny/' },
    makeThumbnail: async () => 'thumbnail',
    makeBitmap: async () => Object.assign(Object.create(null), { width: 4, height: 3, close() {} }),
    fetchFile: async () => new Blob(['x']),
  });

  /** The last call of a method, or another by its place. */
  function call(method: string, engine = 0, at = -1): Call {
    const found = calls.filter((each) => each.method === method && each.engine === engine).at(at);
    if (!found) throw new Error(`${method} was not called`);
    return found;
  }
  async function answer(method: string, result: unknown, engine = 0): Promise<void> {
    call(method, engine).answer(result);
    await settle();
  }
  async function fail(method: string, error: VpdError, engine = 0): Promise<void> {
    call(method, engine).fail(error);
    await settle();
  }
  /** Ends the opening of a pack, of other facts if need be. */
  const opened = (facts: Partial<typeof pack> = {}, engine = 0): Promise<void> =>
    answer('open', { ...OPENED, pack: { ...pack, ...facts } }, engine);
  /** Ends the decoding that was asked for last, or another by its place. */
  async function decoded(at = -1): Promise<void> {
    call('addPhoto', 0, at).answer(DECODED);
    await settle();
  }

  return {
    store,
    results,
    session,
    calls,
    forgotten,
    offered,
    call,
    answer,
    fail,
    opened,
    decoded,
    /** Ends the worker of an engine: it says so, and then fails what was asked of it. */
    async lose(message: string, engine = 0, code: ErrorCode = 'worker-crashed'): Promise<void> {
      losses[engine]?.({ code, message });
      const death = new VpdError(code === 'device-lost' ? code : 'worker-crashed', message);
      for (const each of calls) if (each.engine === engine) each.fail(death);
      await settle();
    },
    /** Opens the pack, of other facts if need be. */
    async open(facts: Partial<typeof pack> = {}): Promise<void> {
      void session.start();
      await settle();
      await opened(facts);
    },
    /** Ends the opening of a second pack, of other facts if need be. */
    openedBeside: (facts: Partial<typeof pack> = {}, engine = 1) => opened({ hash: 'b', ...facts }, engine),
    /** Adds a photo and ends its decoding. */
    async add(name: string): Promise<string> {
      session.addFiles([png(name)]);
      await settle();
      await decoded();
      return store.getState().selected ?? '';
    },
  };
}
