import type { Engine, OpenOptions, PackSource } from '../../engine/protocol.ts';
import { toVpdError, VpdError } from '../../errors.ts';
import type { WireError } from '../../worker-calls/wire.ts';
import type { Photos } from '../photos/photos.ts';
import { affectsRuns, isNeeded, nextRun } from '../results/needed.ts';
import type { SessionParts } from '../session-parts.ts';
import { type AppState, type PhotoItem, selectedPhoto } from '../store.ts';
import type { SecondModelState } from './state.ts';
import { forgetSecondModel, secondResults, secondState } from './view.ts';

export interface SecondModelController {
  /** Opens a second model in its own engine; replaces the previous second model. */
  compareWith(source: PackSource, how?: OpenOptions): Promise<void>;
  /** Restarts a failed second engine with the same model and options, or repeats its failed or stopped run; otherwise does nothing. */
  retry(): void;
  /** Stops the opening of the second model, or else its run; neither starts again until `retry`. */
  stopWork(): void;
  /** Ends the second engine and frees its memory. */
  stop(): void;
}

type Parts = Pick<SessionParts, 'store' | 'results' | 'makeEngine' | 'demands' | 'showError'>;

export function createSecondModel(
  { store, results, makeEngine, demands, showError }: Parts,
  fileOf: Photos['fileOf'],
): SecondModelController {
  /** Of the second engine, until the comparison ends. */
  let secondDemands = demands.another();
  /** Identifies the last start of an engine: late messages of earlier starts are ignored. */
  let turn = {};
  let engine: Engine | undefined;
  let photos = new Set<string>();
  let current: { readonly key: string; readonly abort: AbortController } | undefined;

  const patch = (change: Partial<SecondModelState>): void => {
    const { secondModel } = store.getState();
    if (secondModel) store.setState({ secondModel: { ...secondModel, ...change } });
  };

  function end(): void {
    turn = {};
    current?.abort.abort();
    current = undefined;
    engine?.close();
    engine = undefined;
    photos = new Set();
    forgetSecondModel(results);
  }

  function stop(): void {
    end();
    secondDemands = demands.another();
    const { revision, secondModel } = store.getState();
    if (secondModel) store.setState({ secondModel: undefined, revision: revision + 1 });
  }

  function onLost({ code, message }: WireError): void {
    const starting = store.getState().secondModel?.engine.phase === 'starting';
    fail(message + secondDemands.lost(code, { starting }));
  }

  async function compareWith(source: PackSource, how: OpenOptions = {}): Promise<void> {
    end();
    const mine = {};
    turn = mine;
    const progress = { label: 'Starting a second engine', done: 0, total: 0, unit: 'steps' } as const;
    store.setState({ secondModel: { source, how, engine: { phase: 'starting', progress }, run: undefined } });
    try {
      const made = await makeEngine({ onLost: (error) => turn === mine && onLost(error) });
      if (turn !== mine) return made.close();
      engine = made;
      const params = {
        pack: source,
        ...secondDemands.options(),
        ...how,
      };
      const opened = await made.call('open', params, {
        onProgress: (latest) => turn === mine && patch({ engine: { phase: 'starting', progress: latest } }),
      });
      if (turn !== mine) return;
      secondDemands.opened();
      patch({ engine: { phase: 'ready', ...opened, source } });
    } catch (thrown) {
      // A lost worker was already reported through onLost.
      if (turn !== mine) return;
      const error = toVpdError(thrown);
      if ('stored' in source && error.code === 'missing') endForMissingModel(error);
      else fail(error.message);
    }
  }

  /** Reports a failure; the comparison stays, so that it can be tried again. */
  function fail(message: string): void {
    end();
    patch({ engine: { phase: 'failed', message }, run: undefined });
  }

  /** Ends the comparison, also in the address, because its model was deleted and trying again cannot help. */
  function endForMissingModel(error: VpdError): void {
    stop();
    const { code, message } = error;
    const why = message.charAt(0).toLowerCase() + message.slice(1);
    showError(new VpdError(code, `The comparison has ended: ${why}`, { cause: error }));
  }

  function retry(): void {
    const { secondModel } = store.getState();
    if (secondModel?.engine.phase === 'failed') void compareWith(secondModel.source, secondModel.how);
    else if (secondModel?.run?.phase === 'failed' || secondModel?.run?.phase === 'stopped') patch({ run: undefined });
  }

  function stopWork(): void {
    const { secondModel } = store.getState();
    if (secondModel?.engine.phase === 'starting') fail('Opening the model was stopped.');
    else if (current) {
      const { key, abort } = current;
      current = undefined;
      abort.abort();
      patch({ run: { phase: 'stopped', key, ending: false } });
    }
  }

  /** True if the open model works, or was stopped in what the page needs next. */
  function isBusyOrStopped(state: AppState): boolean {
    const { run } = state;
    return run?.phase === 'running' || (run?.phase === 'stopped' && nextRun(state, results)?.key === run.key);
  }

  /**
   * Runs what the selected photo lacks, once the first model is idle: two runs at once would only be slower. After Stop, the second model
   * waits, too.
   */
  function ensure(state: AppState): void {
    const seen = secondState(state, results);
    const own = secondResults(state, results);
    const next = seen && nextRun(seen, own);
    if (current && current.key !== next?.key) {
      current.abort.abort();
      current = undefined;
    }
    const last = state.secondModel?.run;
    if (last && last.key !== next?.key) {
      // The progress or the failure of what is not wanted any more; the change of the state calls `ensure` again.
      patch({ run: undefined });
      return;
    }
    const photo = selectedPhoto(state);
    if (!next || !photo || !engine || current || last?.phase === 'failed' || last?.phase === 'stopped') return;
    if (isBusyOrStopped(state)) return;
    const mine = { key: next.key, abort: new AbortController() };
    current = mine;
    const worker = engine;
    const run = async (): Promise<void> => {
      await ensurePhoto(worker, photo, mine.abort.signal);
      const result = await next.run(worker, {
        signal: mine.abort.signal,
        onProgress: (progress) => current === mine && patch({ run: { phase: 'running', key: next.key, progress } }),
      });
      own.set(next.key, result, isNeeded(secondState(store.getState(), results) ?? seen));
    };
    run()
      .then(() => {
        if (current !== mine) return;
        current = undefined;
        patch({ run: undefined });
        store.setState({ revision: store.getState().revision + 1 });
      })
      .catch((thrown) => {
        if (current !== mine) return;
        current = undefined;
        patch({ run: { phase: 'failed', key: next.key, message: toVpdError(thrown).message } });
      });
  }

  /** Gives a photo to the second engine, unless it already has it. */
  async function ensurePhoto(worker: Engine, photo: PhotoItem, signal: AbortSignal): Promise<void> {
    if (photos.has(photo.id)) return;
    const file = await fileOf(photo);
    // The photo may have been removed meanwhile.
    signal.throwIfAborted();
    photos.add(photo.id);
    try {
      const added = await worker.call('addPhoto', { photo: photo.id, name: photo.name, file });
      added.bitmap.close();
    } catch (thrown) {
      photos.delete(photo.id);
      throw thrown;
    }
  }

  /** Removes photos that were removed from the page. */
  function forgetRemoved(state: AppState): void {
    for (const id of [...photos].filter((each) => !state.photos.some((photo) => photo.id === each))) {
      photos.delete(id);
      engine?.forget(id);
      secondResults(state, results).forget(id);
    }
  }

  store.subscribe((state, before) => {
    if (state.photos !== before.photos) forgetRemoved(state);
    if (state.cleared !== before.cleared) forgetSecondModel(results);
    const changed = state.secondModel !== before.secondModel || state.cleared !== before.cleared;
    if (state.secondModel && (changed || affectsRuns(state, before))) ensure(state);
  });

  return { compareWith, retry, stopWork, stop };
}
