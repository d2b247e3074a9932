import type { Engine, EngineOptions } from '../../engine/protocol.ts';
import { cancelled, type ErrorCode, VpdError } from '../../errors.ts';
import { createMedia } from '../photos/media.ts';
import { createResults } from '../results/results.ts';
import { createSession } from '../session.ts';
import type { SessionOptions } from '../session-parts.ts';
import { type AppState, createAppStore } from '../store.ts';

interface Call {
  /** 0 for the page's engine, 1 for that of the second model. */
  readonly engine: number;
  readonly method: string;
  readonly params: unknown;
  readonly signal: AbortSignal | undefined;
  // Results have the types of protocol.ts; here, any value that the test needs.
  answer(result: MessageEvent['data']): void;
  fail(error: VpdError): void;
  /** Reports that the worker has ended its work on a cancelled call. */
  end(): void;
}

export const settle = () => new Promise((resolve) => setTimeout(resolve));
export const png = (name: string) => new File([Uint8Array.of(1)], name, { type: 'image/png' });

const NONE: readonly string[] = [];

/** Summary of the pack that the fake engine opens. */
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

/** Answer of the engine to `addPhoto`. */
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

/** Creates a session with fake engines, which answer when the test says so. */
export function testBench(initial: Partial<AppState> = {}, options: Partial<SessionOptions> = {}) {
  const calls: Call[] = [];
  const forgotten: string[] = [];
  const offered: string[] = [];
  const losses: EngineOptions['onLost'][] = [];
  const store = createAppStore(initial);
  const results = createResults();
  const media = createMedia();

  function makeEngine({ onLost }: EngineOptions): Promise<Engine> {
    const engine = losses.push(onLost) - 1;
    return Promise.resolve({
      call: (method, params, options) =>
        new Promise((resolve, reject) => {
          calls.push({
            engine,
            method,
            params,
            signal: options?.signal,
            answer: resolve,
            fail: reject,
            end: () => options?.onEnd?.(),
          });
          options?.signal?.addEventListener('abort', () => reject(cancelled()));
        }),
      offer: ({ photo }) => void offered.push(photo),
      forget: (photo) => void forgotten.push(photo),
      close() {},
    });
  }

  const session = createSession({
    store,
    results,
    media,
    makeEngine,
    pack: { url: 'http://host/models/tiny/' },
    makeThumbnail: async () => 'thumbnail',
    makeBitmap: async () => Object.assign(Object.create(null), { width: 4, height: 3, close() {} }),
    fetchFile: async () => new Blob(['x']),
    ...options,
  });

  /** Returns the last call of a method, or the one at an index. */
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
  /** Answers the opening of a pack. */
  const opened = (facts: Partial<typeof pack> = {}, engine = 0): Promise<void> =>
    answer('open', { ...OPENED, pack: { ...pack, ...facts } }, engine);
  /** Answers the last request to decode a photo, or the one at an index. */
  async function decoded(at = -1): Promise<void> {
    call('addPhoto', 0, at).answer(DECODED);
    await settle();
  }

  return {
    store,
    results,
    media,
    session,
    calls,
    forgotten,
    offered,
    call,
    answer,
    fail,
    opened,
    decoded,
    /** Ends the worker of an engine: reports the loss, then rejects its calls. */
    async lose(message: string, engine = 0, code: ErrorCode = 'worker-crashed'): Promise<void> {
      losses[engine]?.({ code, message });
      const death = new VpdError(code === 'device-lost' ? code : 'worker-crashed', message);
      for (const each of calls) if (each.engine === engine) each.fail(death);
      await settle();
    },
    /** Opens the pack, with other facts if given. */
    async open(facts: Partial<typeof pack> = {}): Promise<void> {
      void session.start();
      await settle();
      await opened(facts);
    },
    /** Answers the opening of a second pack. */
    openedSecondModel: (facts: Partial<typeof pack> = {}, engine = 1) => opened({ hash: 'b', ...facts }, engine),
    /** Adds a photo and answers its decoding; returns its id. */
    async add(name: string): Promise<string> {
      session.addFiles([png(name)]);
      await settle();
      await decoded();
      return store.getState().selected ?? '';
    },
  };
}
