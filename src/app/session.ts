import type { Engine, EngineOptions, PackSource, WireError } from '../engine/protocol.ts';
import { toVpdError } from '../errors.ts';
import { NO_WORD } from '../tasks/refer/view.ts';
import type { PackSummary } from '../weights/pack-summary.ts';
import { type Batch, createBatch } from './batch.ts';
import { createMasks, type Masks } from './masks.ts';
import { createPhotos, type Photos } from './photos.ts';
import type { Results } from './results.ts';
import { createRuns, type Runs } from './runs.ts';
import type { AppState, AppStore, Notice } from './store.ts';

/** Everything the page can do; components call this and never the engine. */
export interface Session extends Photos, Runs, Masks, Batch {
  /** Loads the engine and opens the pack; again after a failure. */
  start(): Promise<void>;
  /** Opens another pack in the place of the one that is open, which stays if that fails; the promise tells whether it was opened. */
  openPack(pack: PackSource): Promise<boolean>;
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
  /** The pack to begin with. */
  readonly pack: PackSource;
  readonly force?: 'webgpu' | 'wasm';
  readonly float?: 'f32';
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
  const { store, results, makeEngine, force, float } = options;
  const wish = { ...(force ? { force } : {}), ...(float ? { float } : {}) };
  let pack = options.pack;
  let opening: Promise<unknown> = Promise.resolve();
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
  const batch = createBatch(parts);

  function onLost(error: WireError): void {
    runs.interrupt();
    store.setState({ engine: { phase: 'failed', message: error.message } });
    notify({ code: error.code, message: error.message, details: error.detail ?? error.message, retry: 'engine' });
  }

  async function start(): Promise<void> {
    if (store.getState().engine.phase !== 'starting') await openPack(pack);
  }

  /** One after the other: each begins with what the one before it left. */
  function openPack(next: PackSource): Promise<boolean> {
    const result = opening.then(() => open(next));
    opening = result;
    return result;
  }

  async function open(next: PackSource): Promise<boolean> {
    const before = store.getState().engine;
    const another = next !== pack;
    if (another) runs.interrupt();
    store.setState({
      engine: { phase: 'starting', progress: { label: 'Starting the engine', done: 0, total: 0, unit: 'steps' } },
    });
    try {
      engine ??= await makeEngine({ onLost });
      photos.decodeWaiting();
      const opened = await engine.call(
        'open',
        { pack: next, ...wish },
        {
          onProgress: (progress) => store.setState({ engine: { phase: 'starting', progress } }),
        },
      );
      if (another) results.forgetResults();
      pack = next;
      store.setState({ engine: { phase: 'ready', ...opened }, ...(another ? choicesFor(opened.pack) : {}) });
      return true;
    } catch (thrown) {
      // A lost worker has already said so through onLost.
      if (store.getState().engine.phase === 'failed') return false;
      // A pack that does not open leaves the one before it open.
      const stays = before.phase === 'ready';
      store.setState({ engine: stays ? before : { phase: 'failed', message: toVpdError(thrown).message } });
      report(thrown, stays ? undefined : 'engine');
      return false;
    }
  }

  /** What the user chose that only the model before it knew is forgotten. */
  function choicesFor({ tasks }: PackSummary): Partial<AppState> {
    const { task, depth, refer, segment, revision } = store.getState();
    return {
      task: tasks.includes(task) ? task : (tasks[0] ?? task),
      depth: { ...depth, scene: undefined },
      refer: { ...refer, ...NO_WORD, level: undefined, source: undefined },
      segment: { ...segment, hovered: undefined, selected: undefined },
      revision: revision + 1,
    };
  }

  function dismiss(notice: string): void {
    store.setState({ notices: store.getState().notices.filter((each) => each.id !== notice) });
  }

  function retry(notice: Notice): void {
    dismiss(notice.id);
    if (notice.retry === 'engine') void start();
    runs.retryRun();
  }

  return { ...photos, ...runs, ...masks, ...batch, start, openPack, report, dismiss, retry };
}
