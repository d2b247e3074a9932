import type { Engine, OpenHow, PackSource } from '../../engine/protocol.ts';
import { toVpdError } from '../../errors.ts';
import { asksAnew, isAskedFor, wanted } from '../runs.ts';
import type { SessionParts } from '../session.ts';
import { type AppState, selectedPhoto } from '../store.ts';
import type { BesideState } from './state.ts';
import { besideResults, besideState, forgetBeside } from './view.ts';

export interface BesideController {
  /** Opens a second model in an engine of its own, in the place of another second one. */
  compareWith(source: PackSource, how?: OpenHow): Promise<void>;
  /** Ends the second engine and gives its memory back. */
  stop(): void;
}

type Parts = Pick<SessionParts, 'store' | 'results' | 'makeEngine' | 'report' | 'force' | 'float'>;

export function createBeside({ store, results, makeEngine, report, force, float }: Parts): BesideController {
  let engine: Engine | undefined;
  let photos = new Set<string>();
  let current: { readonly key: string; readonly abort: AbortController } | undefined;

  const patch = (change: Partial<BesideState>): void => {
    const { beside } = store.getState();
    if (beside) store.setState({ beside: { ...beside, ...change } });
  };

  function stop(): void {
    current?.abort.abort();
    current = undefined;
    engine?.close();
    engine = undefined;
    photos = new Set();
    forgetBeside(results);
    const { revision, beside } = store.getState();
    if (beside) store.setState({ beside: undefined, revision: revision + 1 });
  }

  async function compareWith(source: PackSource, how: OpenHow = {}): Promise<void> {
    stop();
    const progress = { label: 'Starting a second engine', done: 0, total: 0, unit: 'steps' } as const;
    store.setState({ beside: { source, how, engine: { phase: 'starting', progress }, run: undefined } });
    let mine: Engine | undefined;
    try {
      mine = await makeEngine({
        onLost: (error) => {
          if (engine === mine) fail(error.message);
        },
      });
      engine = mine;
      const params = {
        pack: source,
        ...(force ? { force } : {}),
        ...(float ? { float } : {}),
        ...how,
      };
      const opened = await mine.call('open', params, {
        onProgress: (told) => engine === mine && patch({ engine: { phase: 'starting', progress: told } }),
      });
      if (engine !== mine) return;
      patch({ engine: { phase: 'ready', ...opened, source } });
    } catch (thrown) {
      if (engine !== mine) return;
      stop();
      report(thrown);
    }
  }

  function fail(message: string): void {
    current = undefined;
    photos = new Set();
    patch({ engine: { phase: 'failed', message } });
  }

  /** Does what the photo on show lacks, after the first model has done its part: two at once would only be slower. */
  function ensure(state: AppState): void {
    const seen = besideState(state, results);
    const own = besideResults(state, results);
    const next = seen && wanted(seen, own, state.task);
    if (current && current.key !== next?.key) {
      current.abort.abort();
      current = undefined;
    }
    if (!next || !engine || current || state.run?.phase === 'running' || own.get(next.key)) return;
    if (state.beside?.run?.phase === 'failed' && state.beside.run.key === next.key) return;
    const mine = { key: next.key, abort: new AbortController() };
    current = mine;
    void launch(engine, state, async (worker) => {
      const result = await next.run(worker, {
        signal: mine.abort.signal,
        onProgress: (progress) => current === mine && patch({ run: { phase: 'running', key: next.key, progress } }),
      });
      own.set(next.key, result, isAskedFor(besideState(store.getState(), results) ?? seen));
    })
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

  /** Gives the second engine the photo on show, once, and then runs. */
  async function launch(worker: Engine, state: AppState, run: (worker: Engine) => Promise<void>): Promise<void> {
    const photo = selectedPhoto(state);
    const file = photo && (results.files.get(photo.id) ?? (await results.sources.get(photo.id)?.()));
    if (!photo || !file) return;
    if (!photos.has(photo.id)) {
      const added = await worker.call('addPhoto', { photo: photo.id, name: photo.name, file });
      added.bitmap.close();
      photos.add(photo.id);
    }
    await run(worker);
  }

  store.subscribe((state, before) => {
    if (state.beside && (state.beside !== before.beside || asksAnew(state, before))) ensure(state);
  });

  return { compareWith, stop };
}
