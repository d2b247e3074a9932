import type { Engine, OpenHow, PackSource } from '../../engine/protocol.ts';
import { toVpdError, VpdError } from '../../errors.ts';
import type { Photos } from '../photos/photos.ts';
import { asksAnew, isAskedFor, wanted } from '../results/runs.ts';
import type { SessionParts } from '../session-parts.ts';
import { type AppState, type PhotoItem, selectedPhoto } from '../store.ts';
import type { BesideState } from './state.ts';
import { besideResults, besideState, forgetBeside } from './view.ts';

export interface BesideController {
  /** Opens a second model in an engine of its own, in the place of another second one. */
  compareWith(source: PackSource, how?: OpenHow): Promise<void>;
  /** Starts the second engine again, with the same model in the same way, or runs once more what failed on it; else nothing. */
  retry(): void;
  /** Ends the second engine and gives its memory back. */
  stop(): void;
}

type Parts = Pick<SessionParts, 'store' | 'results' | 'makeEngine' | 'force' | 'float' | 'tell'>;

export function createBeside(
  { store, results, makeEngine, force, float, tell }: Parts,
  fileOf: Photos['fileOf'],
): BesideController {
  /** One for each start of an engine: what comes late of an earlier one is not heard. */
  let turn = {};
  let engine: Engine | undefined;
  let photos = new Set<string>();
  let current: { readonly key: string; readonly abort: AbortController } | undefined;

  const patch = (change: Partial<BesideState>): void => {
    const { beside } = store.getState();
    if (beside) store.setState({ beside: { ...beside, ...change } });
  };

  function end(): void {
    turn = {};
    current?.abort.abort();
    current = undefined;
    engine?.close();
    engine = undefined;
    photos = new Set();
    forgetBeside(results);
  }

  function stop(): void {
    end();
    const { revision, beside } = store.getState();
    if (beside) store.setState({ beside: undefined, revision: revision + 1 });
  }

  async function compareWith(source: PackSource, how: OpenHow = {}): Promise<void> {
    end();
    const mine = {};
    turn = mine;
    const progress = { label: 'Starting a second engine', done: 0, total: 0, unit: 'steps' } as const;
    store.setState({ beside: { source, how, engine: { phase: 'starting', progress }, run: undefined } });
    try {
      const made = await makeEngine({ onLost: ({ message }) => turn === mine && fail(message) });
      if (turn !== mine) return made.close();
      engine = made;
      const params = {
        pack: source,
        ...(force ? { force } : {}),
        ...(float ? { float } : {}),
        ...how,
      };
      const opened = await made.call('open', params, {
        onProgress: (told) => turn === mine && patch({ engine: { phase: 'starting', progress: told } }),
      });
      if (turn === mine) patch({ engine: { phase: 'ready', ...opened, source } });
    } catch (thrown) {
      // A lost worker has already said so through onLost.
      if (turn !== mine) return;
      const error = toVpdError(thrown);
      if ('stored' in source && error.code === 'missing') gone(error);
      else fail(error.message);
    }
  }

  /** The comparison stays, so that it can be tried again. */
  function fail(message: string): void {
    end();
    patch({ engine: { phase: 'failed', message }, run: undefined });
  }

  /** A model that was deleted is not there the next time either: the comparison ends, in the address too. */
  function gone(error: VpdError): void {
    stop();
    const { code, message } = error;
    const why = message.charAt(0).toLowerCase() + message.slice(1);
    tell(new VpdError(code, `Nothing is compared any more: ${why}`, { cause: error }));
  }

  function retry(): void {
    const { beside } = store.getState();
    if (beside?.engine.phase === 'failed') void compareWith(beside.source, beside.how);
    else if (beside?.run?.phase === 'failed') patch({ run: undefined });
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
    const photo = selectedPhoto(state);
    if (!next || !photo || !engine || current || state.run?.phase === 'running' || own.get(next.key)) return;
    if (state.beside?.run?.phase === 'failed' && state.beside.run.key === next.key) return;
    const mine = { key: next.key, abort: new AbortController() };
    current = mine;
    void launch(engine, photo, async (worker) => {
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
  async function launch(worker: Engine, photo: PhotoItem, run: (worker: Engine) => Promise<void>): Promise<void> {
    if (!photos.has(photo.id)) {
      const file = await fileOf(photo);
      photos.add(photo.id);
      const adding = worker.call('addPhoto', { photo: photo.id, name: photo.name, file });
      const added = await adding.catch((thrown) => {
        photos.delete(photo.id);
        throw thrown;
      });
      added.bitmap.close();
    }
    await run(worker);
  }

  /** What was taken away on the page is taken away here, too. */
  function letGo(state: AppState): void {
    for (const id of [...photos].filter((each) => !state.photos.some((photo) => photo.id === each))) {
      photos.delete(id);
      engine?.forget(id);
      besideResults(state, results).forget(id);
    }
  }

  store.subscribe((state, before) => {
    if (state.photos !== before.photos) letGo(state);
    if (state.cleared !== before.cleared) forgetBeside(results);
    if (state.beside && (state.beside !== before.beside || asksAnew(state, before))) ensure(state);
  });

  return { compareWith, retry, stop };
}
