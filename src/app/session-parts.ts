import type { Engine, EngineOptions, OpenHow, PackSource } from '../engine/protocol.ts';
import type { Results } from './results/results.ts';
import type { AppStore, Notice } from './store.ts';

/** What a session is made of, and how it begins. */
export interface SessionOptions {
  readonly store: AppStore;
  readonly results: Results;
  /** Loads the engine's code on demand: it is not on the way to the first paint. */
  makeEngine(options: EngineOptions): Promise<Engine>;
  /** The pack that comes with the page. */
  readonly pack: PackSource;
  /** The pack to begin with, if it is another one; the page's own takes its place where it does not open. */
  readonly first?: PackSource;
  readonly firstHow?: OpenHow;
  readonly force?: 'webgpu' | 'wasm';
  readonly float?: 'f32';
  readonly capture?: 'on' | 'off';
  /** A small picture of a decoded photo for the strip. */
  makeThumbnail(bitmap: ImageBitmap): Promise<string>;
  /** A plain picture, for drawing. */
  makeBitmap(file: Blob): Promise<ImageBitmap>;
  fetchFile(url: string): Promise<Blob>;
  /** The page and the browser, a fact a line, for the details of an error. */
  about?(): readonly string[];
}

/** What every feature of a session works with. */
export interface SessionParts extends SessionOptions {
  /** The engine once its code is loaded; it queues calls while the pack opens. */
  engine(): Engine | undefined;
  /** Shows what went wrong until it is dismissed; `retry` says what its button tries again. */
  tell(thrown: unknown, retry?: Notice['retry']): void;
}
