import type { Engine, EngineOptions, WireError } from '../engine/protocol.ts';
import { toVpdError } from '../errors.ts';
import { createMasks, type Masks } from './masks.ts';
import { createPhotos, type Photos } from './photos.ts';
import type { Results } from './results.ts';
import { createRuns, type Runs } from './runs.ts';
import type { AppStore, Notice } from './store.ts';

/** Everything the page can do; components call this and never the engine. */
export interface Session extends Photos, Runs, Masks {
  /** Loads the engine and opens the pack; again after a failure. */
  start(): Promise<void>;
  /** Shows what went wrong, until it is dismissed. */
  report(thrown: unknown): void;
  dismiss(notice: string): void;
  retry(notice: Notice): void;
}

export interface SessionOptions {
  readonly store: AppStore;
  readonly results: Results;
  /** Loads the engine's code on demand: it is not on the way to the first paint. */
  makeEngine(options: EngineOptions): Promise<Engine>;
  readonly packUrl: string;
  readonly force?: 'webgpu' | 'wasm';
  /** A small picture of a decoded photo for the strip. */
  makeThumbnail(bitmap: ImageBitmap): Promise<string>;
  fetchFile(url: string): Promise<Blob>;
}

/** What photos.ts and runs.ts share. */
export interface SessionParts extends SessionOptions {
  /** The engine once its code is loaded; it queues calls while the pack opens. */
  engine(): Engine | undefined;
  report(thrown: unknown, retry?: Notice['retry']): void;
}

export function createSession(options: SessionOptions): Session {
  const { store, makeEngine, packUrl, force } = options;
  let engine: Engine | undefined;
  let notices = 0;

  function notify(notice: Omit<Notice, 'id'>): void {
    // The same sentence twice helps nobody.
    const others = store.getState().notices.filter((each) => each.message !== notice.message);
    store.setState({ notices: [...others, { ...notice, id: `notice-${++notices}` }] });
  }

  const report: SessionParts['report'] = (thrown, retry = undefined) => {
    const error = toVpdError(thrown);
    if (error.code === 'cancelled') return;
    // The worker's errors carry their own stack as the cause, in words.
    const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : String(error.cause ?? '');
    notify({
      code: error.code,
      message: error.message,
      details: `${error.code}: ${error.message}\n${cause}`.trim(),
      retry,
    });
  };

  const parts: SessionParts = { ...options, engine: () => engine, report };
  // First, so that a photo's own prompt is there before anything is run on it.
  const masks = createMasks(parts);
  const photos = createPhotos(parts);
  const runs = createRuns(parts);

  function onLost(error: WireError): void {
    runs.interrupt();
    store.setState({ engine: { phase: 'failed', message: error.message } });
    notify({ code: error.code, message: error.message, details: error.detail ?? error.message, retry: 'engine' });
  }

  async function start(): Promise<void> {
    if (store.getState().engine.phase === 'starting') return;
    store.setState({
      engine: { phase: 'starting', progress: { label: 'Starting the engine', done: 0, total: 0, unit: 'steps' } },
    });
    try {
      engine ??= await makeEngine({ onLost });
      photos.decodeWaiting();
      const opened = await engine.call('open', force ? { packUrl, force } : { packUrl }, {
        onProgress: (progress) => store.setState({ engine: { phase: 'starting', progress } }),
      });
      store.setState({ engine: { phase: 'ready', ...opened } });
    } catch (thrown) {
      // A lost worker has already said so through onLost.
      if (store.getState().engine.phase === 'failed') return;
      store.setState({ engine: { phase: 'failed', message: toVpdError(thrown).message } });
      report(thrown, 'engine');
    }
  }

  function dismiss(notice: string): void {
    store.setState({ notices: store.getState().notices.filter((each) => each.id !== notice) });
  }

  function retry(notice: Notice): void {
    dismiss(notice.id);
    if (notice.retry === 'engine') void start();
    runs.retryRun();
  }

  return { ...photos, ...runs, ...masks, start, report, dismiss, retry };
}
