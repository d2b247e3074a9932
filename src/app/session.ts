import type { WireError } from '../asking/wire.ts';
import type { Engine, OpenHow, PackSource } from '../engine/protocol.ts';
import { type ErrorCode, toVpdError, VpdError } from '../errors.ts';
import { NO_WORD } from '../tasks/refer/view.ts';
import { NO_CLASS } from '../tasks/segment/view.ts';
import { onDemand } from '../ui/on-demand.ts';
import { canRun, findsWords, type PackSummary } from '../weights/pack-summary.ts';
import { type Batch, createBatch } from './batch/batch.ts';
import type { BesideController } from './beside/controller.ts';
import { type Conversions, createConversions } from './convert/conversion.ts';
import { createMasks, type Masks } from './find/masks.ts';
import { createPrompts, type Prompts } from './find/prompts.ts';
import { errorDetails } from './notices/details.ts';
import { createPhotos, type Photos } from './photos/photos.ts';
import { createReports, looksLikeReport, type Reports } from './report/report.ts';
import { createRuns, type Runs } from './results/runs.ts';
import type { SessionOptions, SessionParts } from './session-parts.ts';
import type { ShelfController } from './shelf/controller.ts';
import { followSides } from './stage/sides.ts';
import type { AppState, Notice } from './store.ts';

/** Everything the page can do; components call this and never the engine. */
export interface Session extends Photos, Prompts, Runs, Masks, Batch, Reports, Conversions {
  /** Loads the engine and opens the pack; again after a failure. */
  start(): Promise<void>;
  /**
   * Opens another pack in the place of the one that is open, which stays if that fails, and of one that is being opened; the promise tells
   * whether it was opened.
   */
  openPack(pack: PackSource, how?: OpenHow): Promise<boolean>;
  /** Does something with the model shelf, whose code is loaded on demand. */
  shelf(use: (shelf: ShelfController) => unknown): void;
  /** Does something with the second model; its code is loaded on demand, too. */
  beside(use: (beside: BesideController) => unknown): void;
  /** Shows what went wrong, until it is dismissed. */
  tell(thrown: unknown): void;
  dismiss(notice: string): void;
  retry(notice: Notice): void;
}

/** The pack's own fault: another pack may open on the same engine. */
const PACK_FAULTS: readonly ErrorCode[] = ['bad-file', 'missing', 'storage', 'unsupported', 'network', 'bad-request'];

export function createSession(options: SessionOptions): Session {
  const { store, results, makeEngine } = options;
  let { force, float, capture } = options;
  let pack = options.first ?? options.pack;
  let how = options.firstHow ?? {};
  let opening: Promise<unknown> = Promise.resolve();
  let stopOpening = new AbortController();
  /** Losses since a pack was open. */
  let losses = 0;
  let engine: Engine | undefined;
  let notices = 0;
  /** Of photos that may be gone when something is said of them; not to be told to others. */
  const names = new Set<string>();

  function notify(error: VpdError, retry: Notice['retry']): void {
    const { code, message } = error;
    const state = store.getState();
    const details = errorDetails(error, state, options.about?.() ?? [], names);
    // The same sentence twice helps nobody.
    const others = state.notices.filter((each) => each.message !== message);
    store.setState({ notices: [...others, { id: `notice-${++notices}`, code, message, details, retry }] });
  }

  const tell: SessionParts['tell'] = (thrown, retry = undefined) => {
    const error = toVpdError(thrown);
    if (error.code === 'cancelled') return;
    notify(error, retry);
  };

  store.subscribe(({ photos: items }, before) => {
    if (items !== before.photos) for (const { name, source } of items) if (source === 'user') names.add(name);
  });

  const parts: SessionParts = { ...options, engine: () => engine, tell };
  // First, so that a photo's own prompt is there before anything is run on it.
  const masks = createMasks(parts);
  followSides(store);
  const photos = createPhotos(parts);
  const prompts = createPrompts(parts);
  const runs = createRuns(parts);
  const batch = createBatch(parts, photos.fileOf);
  const reports = createReports(parts, photos);
  const conversions = createConversions(parts, (id) => openPack({ stored: id }));

  /** A device that dies again before a pack is open is asked for less; in words. */
  function askForLess(): string {
    losses++;
    if (losses < 2 || force === 'wasm') return '';
    if (float !== 'f32') {
      float = 'f32';
      return ' The next start computes in single precision.';
    }
    if (force === 'webgpu') return '';
    force = 'wasm';
    return ' The next start computes on WebAssembly, which is slower.';
  }

  function onLost(error: WireError): void {
    runs.interrupt();
    const { code, detail } = error;
    let { message } = error;
    if (code !== 'network') {
      // Recording is the newest of what a driver is asked for: the next start does without.
      capture = 'off';
      if (store.getState().engine.phase === 'starting') message += askForLess();
    }
    // While the state still tells what was lost.
    notify(new VpdError(code, message, { cause: detail }), 'engine');
    store.setState({ engine: { phase: 'failed', message } });
  }

  async function start(): Promise<void> {
    if (store.getState().engine.phase !== 'starting') await openPack(pack, how);
  }

  /** One after the other: each begins with what the one before it left. */
  function openPack(next: PackSource, nextHow: OpenHow = {}): Promise<boolean> {
    stopOpening.abort();
    stopOpening = new AbortController();
    const { signal } = stopOpening;
    const result = opening.then(() => open(next, nextHow, signal));
    opening = result;
    return result;
  }

  async function open(next: PackSource, nextHow: OpenHow, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const before = store.getState().engine;
    const another = next !== pack || nextHow.longSide !== how.longSide;
    if (another) runs.interrupt();
    store.setState({
      engine: { phase: 'starting', progress: { label: 'Starting the engine', done: 0, total: 0, unit: 'steps' } },
    });
    try {
      engine ??= await makeEngine({ onLost });
      const wish = { ...(force ? { force } : {}), ...(float ? { float } : {}), ...(capture ? { capture } : {}) };
      const params = { pack: next, ...wish, ...nextHow };
      const asked = engine.call('open', params, {
        signal,
        onProgress: (progress) => !signal.aborted && store.setState({ engine: { phase: 'starting', progress } }),
      });
      // After that, so that a fresh worker is told first what it is to open.
      photos.decodeWaiting();
      const opened = await asked;
      // Where none was open before, what is there was brought along.
      if (another && before.phase === 'ready') {
        results.forgetResults();
        results.kept.forgetBrought();
      } else results.forgetOthers(opened.pack.hash);
      pack = next;
      how = nextHow;
      losses = 0;
      store.setState({
        engine: { phase: 'ready', ...opened, source: next },
        revision: store.getState().revision + 1,
        ...(another ? choicesFor(opened.pack) : {}),
      });
      return true;
    } catch (thrown) {
      // A lost worker has already said so through onLost.
      if (store.getState().engine.phase === 'failed') return false;
      // Of a pack asked for by the address, the page's own takes the place.
      if (before.phase !== 'ready' && next !== options.pack && PACK_FAULTS.includes(toVpdError(thrown).code)) {
        tell(thrown);
        await open(options.pack, {}, signal);
        return false;
      }
      // The next one in its place begins where this one began.
      if (signal.aborted) {
        store.setState({ engine: before });
        return false;
      }
      // A pack that does not open leaves the one before it open.
      const stays = before.phase === 'ready';
      store.setState({ engine: stays ? before : { phase: 'failed', message: toVpdError(thrown).message } });
      tell(thrown, stays ? undefined : 'engine');
      return false;
    }
  }

  /** What the user chose that only the model before it knew is forgotten. */
  function choicesFor(pack: PackSummary): Partial<AppState> {
    const { task, depth, refer, segment } = store.getState();
    return {
      task: canRun(pack, task) ? task : (pack.tasks[0] ?? (findsWords(pack) ? 'refer' : task)),
      depth: { ...depth, scene: undefined },
      refer: { ...refer, ...NO_WORD, level: undefined, source: undefined },
      segment: { ...segment, ...NO_CLASS },
    };
  }

  /** Photos go to the strip; reports are opened. */
  function addFiles(files: readonly File[]): void {
    for (const file of files) if (looksLikeReport(file)) void reports.openReport(file);
    photos.addFiles(files.filter((file) => !looksLikeReport(file)));
  }

  const beside = onDemand(
    () => import('./beside/controller.ts'),
    ({ createBeside }) => createBeside(parts, photos.fileOf),
    tell,
  );
  const shelf = onDemand(
    () => import('./shelf/controller.ts'),
    ({ createShelfController }) => {
      const compareWith = (source: PackSource, how?: OpenHow) =>
        beside((controller) => controller.compareWith(source, how));
      return createShelfController({ store, embedded: options.pack, openPack, compareWith, tell });
    },
    tell,
  );

  function dismiss(notice: string): void {
    store.setState({ notices: store.getState().notices.filter((each) => each.id !== notice) });
  }

  function retry(notice: Notice): void {
    dismiss(notice.id);
    void again(notice.retry === 'engine');
  }

  /** What was lost or failed, of both models: a device that is gone takes both engines along. */
  async function again(engineToo: boolean): Promise<void> {
    const started = engineToo ? start() : undefined;
    runs.retryRun();
    // One after the other: two that start at once are only slower.
    await started;
    const { engine: own, beside: second } = store.getState();
    if (second && own.phase === 'ready') beside((controller) => controller.retry());
  }

  return {
    ...photos,
    ...prompts,
    ...runs,
    ...masks,
    ...batch,
    ...reports,
    ...conversions,
    addFiles,
    start,
    openPack,
    shelf,
    beside,
    tell,
    dismiss,
    retry,
  };
}
