import type { Engine, OpenOptions, PackSource } from '../engine/protocol.ts';
import { type ErrorCode, toVpdError, VpdError } from '../errors.ts';
import { forAnotherModel } from '../tasks/views.ts';
import { onDemand } from '../ui/on-demand.ts';
import { canRun, findsWords, type PackSummary } from '../weights/pack/pack-summary.ts';
import type { WireError } from '../worker-calls/wire.ts';
import { type Batch, createBatch } from './batch/batch.ts';
import { type Conversions, createConversions } from './convert/conversion.ts';
import { createDemands } from './device/demands.ts';
import { createMasks, type Masks } from './find/masks.ts';
import { createPrompts, type Prompts } from './find/prompts.ts';
import { createNotices, type NoticeActions } from './notices/notices.ts';
import { createPhotos, type Photos } from './photos/photos.ts';
import { createReports, looksLikeReport, type Reports } from './report/report.ts';
import { createRuns, type Runs } from './results/runs.ts';
import type { SecondModelController } from './second-model/controller.ts';
import type { SessionOptions, SessionParts } from './session-parts.ts';
import type { ShelfController } from './shelf/controller.ts';
import { followSides } from './stage/sides.ts';
import type { AppState, Notice } from './store.ts';

/** All actions of the page. Components call these, never the engine. */
export interface Session
  extends Photos,
    Prompts,
    Runs,
    Masks,
    Batch,
    Reports,
    Conversions,
    Pick<NoticeActions, 'dismiss' | 'dismissAll'> {
  /** Loads the engine and opens the pack; also used to restart after a failure. */
  start(): Promise<void>;
  /** Opens another pack, and cancels an opening in progress. If it fails, the open pack stays. Resolves to true if the pack was opened. */
  openPack(pack: PackSource, how?: OpenOptions): Promise<boolean>;
  /** Uses the model shelf, whose code is loaded on demand. */
  shelf(use: (shelf: ShelfController) => unknown): void;
  /** Uses the second model, whose code is loaded on demand. */
  secondModel(use: (secondModel: SecondModelController) => unknown): void;
  /** Shows an error until it is dismissed. */
  showError(thrown: unknown): void;
  retry(notice: Notice): void;
  /** Stops what the engine does for the page: the opening of a model, or else the current run. */
  stop(): void;
  /** Repeats all that failed or was stopped, and dismisses the notices about it. */
  retryFailed(): void;
}

/** Errors of a pack itself: another pack may open on the same engine. */
const PACK_FAULTS: readonly ErrorCode[] = ['bad-file', 'missing', 'storage', 'unsupported', 'network', 'bad-request'];

/** Reason of an abort: the user stopped the opening, so that no other one follows. */
const BY_USER = Symbol('stopped by the user');

export function createSession(options: SessionOptions): Session {
  const { store, results, makeEngine } = options;
  const demands = createDemands(options);
  let pack = options.first ?? options.pack;
  let how = options.firstHow ?? {};
  let opening: Promise<unknown> = Promise.resolve();
  let stopOpening = new AbortController();
  let engine: Engine | undefined;
  const { showError, dismiss, dismissAll } = createNotices(store, options.about ?? (() => []));

  const parts: SessionParts = { ...options, demands, engine: () => engine, showError };
  // Created first, so that a photo's own prompt is set before a run starts.
  const masks = createMasks(parts);
  followSides(store);
  const photos = createPhotos(parts);
  const prompts = createPrompts(parts);
  const runs = createRuns(parts);
  const batch = createBatch(parts, photos);
  const reports = createReports(parts, photos);
  const conversions = createConversions(parts, (id) => openPack({ stored: id }));

  function onLost(error: WireError): void {
    runs.interrupt();
    const { code, detail } = error;
    const starting = store.getState().engine.phase === 'starting';
    const message = error.message + demands.lost(code, { starting });
    // Before the state changes, which the details of the notice describe.
    showError(new VpdError(code, message, { cause: detail }), 'engine');
    store.setState({ engine: { phase: 'failed', message } });
  }

  async function start(): Promise<void> {
    if (store.getState().engine.phase !== 'starting') await openPack(pack, how);
  }

  /** Openings run one after the other: each starts from the state that the previous one left. */
  function openPack(next: PackSource, nextHow: OpenOptions = {}): Promise<boolean> {
    stopOpening.abort();
    stopOpening = new AbortController();
    const { signal } = stopOpening;
    const result = opening.then(() => open(next, nextHow, signal));
    opening = result;
    return result;
  }

  async function open(next: PackSource, nextHow: OpenOptions, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const before = store.getState().engine;
    const another = next !== pack || nextHow.longSide !== how.longSide;
    if (another) runs.interrupt();
    store.setState({
      engine: { phase: 'starting', progress: { label: 'Starting the engine', done: 0, total: 0, unit: 'steps' } },
    });
    try {
      engine ??= await makeEngine({ onLost });
      const params = { pack: next, ...demands.options(), ...nextHow };
      const answer = engine.call('open', params, {
        signal,
        onProgress: (progress) => !signal.aborted && store.setState({ engine: { phase: 'starting', progress } }),
      });
      // After `open`, which must be the first request to a new worker.
      photos.decodeWaiting();
      const opened = await answer;
      // If no pack was open before, the results were restored or imported, and may stay.
      if (another && before.phase === 'ready') {
        results.forgetResults();
        results.kept.forgetImported();
      } else results.forgetOthers(opened.pack.hash);
      pack = next;
      how = nextHow;
      demands.opened();
      store.setState({
        engine: { phase: 'ready', ...opened, source: next },
        revision: store.getState().revision + 1,
        ...(another ? choicesFor(opened.pack) : {}),
      });
      return true;
    } catch (thrown) {
      // onLost has already reported a lost worker.
      if (store.getState().engine.phase === 'failed') return false;
      // If the pack that the address names cannot be opened at the start, the page's own is opened instead.
      if (before.phase !== 'ready' && next !== options.pack && PACK_FAULTS.includes(toVpdError(thrown).code)) {
        showError(thrown);
        await open(options.pack, {}, signal);
        return false;
      }
      const stays = before.phase === 'ready';
      if (signal.aborted) {
        // Another opening, which cancelled this one, starts from the same state.
        const ended = signal.reason === BY_USER && !stays;
        const message = 'Opening the model was stopped.';
        store.setState({ engine: ended ? { phase: 'failed', message, stopped: true } : before });
        return false;
      }
      // The previous pack stays open.
      store.setState({ engine: stays ? before : { phase: 'failed', message: toVpdError(thrown).message } });
      showError(thrown, stays ? undefined : 'engine');
      return false;
    }
  }

  /** Returns the state without choices that only the previous model knows. */
  function choicesFor(pack: PackSummary): Partial<AppState> {
    const state = store.getState();
    const { task } = state;
    return {
      task: canRun(pack, task) ? task : (pack.tasks[0] ?? (findsWords(pack) ? 'refer' : task)),
      ...forAnotherModel(state),
    };
  }

  /** Adds photos to the strip and opens reports. */
  function addFiles(files: readonly File[]): void {
    for (const file of files) if (looksLikeReport(file)) void reports.openReport(file);
    photos.addFiles(files.filter((file) => !looksLikeReport(file)));
  }

  const secondModel = onDemand(
    () => import('./second-model/controller.ts'),
    ({ createSecondModel }) => createSecondModel(parts, photos.fileOf),
    showError,
  );
  const shelf = onDemand(
    () => import('./shelf/controller.ts'),
    ({ createShelfController }) => {
      const compareWith = (source: PackSource, how?: OpenOptions) =>
        secondModel((controller) => controller.compareWith(source, how));
      return createShelfController({ store, embedded: options.pack, openPack, compareWith, showError });
    },
    showError,
  );

  function retry(notice: Notice): void {
    dismiss(notice.id);
    void retryAll(notice.retry === 'engine');
  }

  function stop(): void {
    if (store.getState().engine.phase === 'starting') stopOpening.abort(BY_USER);
    else runs.stopRun();
  }

  function retryFailed(): void {
    const { engine: own, notices: shown } = store.getState();
    store.setState({ notices: shown.filter((notice) => notice.retry === undefined) });
    void retryAll(own.phase === 'failed');
  }

  /** Repeats what failed, for both models: a lost device ends both engines. */
  async function retryAll(engineToo: boolean): Promise<void> {
    const started = engineToo ? start() : undefined;
    runs.retryRun();
    // One engine after the other, since two starting at once are slower.
    await started;
    const { engine: own, secondModel: second } = store.getState();
    if (second && own.phase === 'ready') secondModel((controller) => controller.retry());
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
    secondModel,
    showError,
    dismiss,
    dismissAll,
    retry,
    retryFailed,
    stop,
  };
}
