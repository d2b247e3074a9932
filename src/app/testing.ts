import type { Engine } from '../engine/protocol.ts';
import { VpdError } from '../errors.ts';
import { createResults } from './results.ts';
import { createSession } from './session.ts';
import { type AppState, createAppStore } from './store.ts';

interface Call {
  /** 0 for the page's engine, 1 for the one beside it. */
  readonly engine: number;
  readonly method: string;
  readonly params: unknown;
  readonly signal: AbortSignal | undefined;
  // Results have the type that protocol.ts promises for the method; here, whatever the test needs.
  answer(result: MessageEvent['data']): void;
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
  licence: 'MIT',
};
const opened = { device: { backend: 'wasm', reason: 'r', threads: 1, limits: {} }, pack, from: 'network', timings: [] };

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
  let engines = 0;
  const store = createAppStore(begin);
  const results = createResults();

  function makeEngine(): Promise<Engine> {
    const engine = engines++;
    return Promise.resolve({
      call: (method, params, options) =>
        new Promise((resolve, reject) => {
          calls.push({ engine, method, params, signal: options?.signal, answer: resolve });
          options?.signal?.addEventListener('abort', () => reject(new VpdError('cancelled', 'Cancelled.')));
        }),
      offer() {},
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

  function call(method: string, engine = 0): Call {
    const found = calls.filter((each) => each.method === method && each.engine === engine).at(-1);
    if (!found) throw new Error(`${method} was not called`);
    return found;
  }
  async function answer(method: string, result: unknown, engine = 0): Promise<void> {
    call(method, engine).answer(result);
    await settle();
  }

  return {
    store,
    results,
    session,
    calls,
    forgotten,
    call,
    answer,
    /** Opens the pack, of other facts if need be. */
    async open(facts: Partial<typeof pack> = {}): Promise<void> {
      void session.start();
      await settle();
      await answer('open', { ...opened, pack: { ...pack, ...facts } });
    },
    /** Ends the opening of a second pack, of other facts if need be. */
    openedBeside: (facts: Partial<typeof pack> = {}) =>
      answer('open', { ...opened, pack: { ...pack, hash: 'b', ...facts } }, 1),
    /** Adds a photo and ends its decoding. */
    async add(name: string): Promise<string> {
      session.addFiles([png(name)]);
      await settle();
      await answer('addPhoto', { photo: '', width: 4, height: 3, bitmap: { close() {} } });
      return store.getState().selected ?? '';
    },
  };
}
