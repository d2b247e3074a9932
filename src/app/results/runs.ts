import type { Engine, Progress } from '../../engine/protocol.ts';
import { toVpdError } from '../../errors.ts';
import { pinnedTasks } from '../../tasks/layer-stack.ts';
import { NO_WORD } from '../../tasks/refer/view.ts';
import type { TaskId } from '../../vpd/config.ts';
import { canRun } from '../../weights/pack-summary.ts';
import { masksOf } from '../find/masks.ts';
import type { SessionParts } from '../session-parts.ts';
import { type AppState, packOf, selectedPhoto } from '../store.ts';
import { type Asked, answer, isStray, keyOf, type Wanted } from './asked.ts';
import { furtherWanted } from './further.ts';
import { onDisk } from './on-disk.ts';
import { depthKey, isWithout, segmentKey } from './result-keys.ts';
import type { Results } from './results.ts';
import { promptKey, sceneOf, shownDepthKey, shownKey } from './shown.ts';

export interface Runs {
  setTask(task: TaskId): void;
  /** Draws masks by attention alone, or by the pack's head again. */
  setZeroShot(on: boolean): void;
  /** Computes what is on show here and now, in the place of a result that came from elsewhere. */
  computeHere(): void;
  /** Stops the run under way, because the worker is gone. */
  interrupt(): void;
  /** Runs what failed once more. */
  retryRun(): void;
}

/** Whether any model may have something else to do now. */
export const asksAnew = (state: AppState, before: AppState): boolean =>
  state.engine !== before.engine ||
  state.photos !== before.photos ||
  state.selected !== before.selected ||
  state.task !== before.task ||
  state.prompt !== before.prompt ||
  state.depth.scene !== before.depth.scene ||
  state.refer.zeroShot !== before.refer.zeroShot ||
  state.masks !== before.masks ||
  state.run !== before.run;

/** The prompt on show, then those of the listed masks. */
const promptsOf = (state: AppState): readonly string[] =>
  [state.prompt, ...masksOf(state).items.map((item) => item.prompt)].filter((prompt) => prompt !== '');

/** The prompt to look for next: one whose pixels are not there (any more). */
function wantedPrompt(state: AppState, results: Results): string {
  return promptsOf(state).find((prompt) => !isThere(state, results, promptKey(state, prompt))) ?? '';
}

/** Tells of a key whether its result would be computed again at once: what the photo on show, its listed masks and the words of its prompt ask for. */
export function isAskedFor(state: AppState): (key: string) => boolean {
  const { selected = '', prompt } = state;
  const asked = new Set([
    depthKey(selected, sceneOf(state)),
    segmentKey(selected),
    ...promptsOf(state).map((each) => promptKey(state, each)),
  ]);
  return (key) => asked.has(key) || isWithout(key, selected, prompt);
}

/** Whether a result is there, and answers what is asked: what came from elsewhere may be of a model without a head. */
function isThere(state: AppState, results: Results, key: string): boolean {
  const found = results.get(key);
  const pack = packOf(state);
  if (!found || found.origin || !pack) return found !== undefined;
  return !isStray(found, state.refer.zeroShot, pack);
}

/** What a task is to be asked of the photo on show; nothing where there is nothing (more) to look for. */
function askedOf(state: AppState, results: Results, task: TaskId): Asked | undefined {
  switch (task) {
    case 'depth':
      return { task, scene: sceneOf(state) };
    case 'refer': {
      const prompt = wantedPrompt(state, results);
      return prompt === '' ? undefined : { task, prompt, zeroShot: state.refer.zeroShot };
    }
    case 'segment':
      return { task };
  }
}

function labelOf(asked: Asked): string {
  switch (asked.task) {
    case 'depth':
      return 'Measuring depth';
    case 'refer':
      return `Looking for “${asked.prompt}”`;
    case 'segment':
      return 'Naming what is there';
  }
}

/** What a task needs to be run for, whether or not its result is there. */
export function wanted(state: AppState, results: Results, task: TaskId): Wanted | undefined {
  const photo = selectedPhoto(state);
  const pack = packOf(state);
  if (photo?.state !== 'ready' || !pack || !canRun(pack, task)) return undefined;
  const asked = askedOf(state, results, task);
  if (!asked) return undefined;
  return {
    // What came from elsewhere may stand under a scene that is not asked for here.
    key: task === 'depth' ? shownDepthKey(state, results) : keyOf(photo.id, asked),
    label: labelOf(asked),
    run: (engine, options) => answer(engine, photo.id, asked, options),
  };
}

/** What there is to run: what the task shows, then what the view asks for beyond it, then layers of other tasks; undefined when all is there. */
function missing(state: AppState, results: Results): Wanted | undefined {
  const main = wanted(state, results, state.task);
  if (main && !isThere(state, results, main.key)) return main;
  const pinned = () => pinnedTasks(state.layers).map((task) => wanted(state, results, task));
  return furtherWanted(state, results) ?? pinned().find((other) => other && !isThere(state, results, other.key));
}

/** Keeps the result on show up to date: whenever photo, task, prompt or scene change, the run for the old ones is stale. */
export function createRuns({ store, results, engine, tell }: SessionParts): Runs {
  let current: { key: string; abort: AbortController } | undefined;
  /** What is to be computed although it is on the disk. */
  const anew = new Set<string>();

  function stop(): void {
    current?.abort.abort();
    current = undefined;
  }

  function ensure(state: AppState): void {
    const next = missing(state, results);
    if (current && current.key !== next?.key) {
      stop();
      if (state.run?.phase === 'running') store.setState({ run: undefined });
    }
    const worker = engine();
    if (!next || !worker || current) return;
    if (state.run?.phase === 'failed' && state.run.key === next.key) return;
    void launch(next, worker);
  }

  async function launch(next: Wanted, worker: Engine): Promise<void> {
    const mine = { key: next.key, abort: new AbortController() };
    current = mine;
    const show = (progress: Progress) => {
      if (current === mine) store.setState({ run: { phase: 'running', key: next.key, progress } });
    };
    const { signal } = mine.abort;
    try {
      const state = store.getState();
      const pack = packOf(state);
      // Not awaited where there is nothing, so that a run begins at once.
      const reading = pack && !anew.has(next.key) ? onDisk(results, next.key, state.refer.zeroShot, pack) : undefined;
      show({ label: next.label, done: 0, total: 0, unit: 'steps' });
      const known = reading && (await reading);
      signal.throwIfAborted();
      const result = known ?? (await next.run(worker, { signal, onProgress: show }));
      // What was read stays the same object: it need not be written again.
      const kept = known || !pack ? result : { ...result, pack: pack.hash };
      results.set(next.key, kept, isAskedFor(store.getState()));
      anew.delete(next.key);
      if (current === mine) current = undefined;
      const { run, revision } = store.getState();
      store.setState({ run: run?.key === next.key ? undefined : run, revision: revision + 1 });
    } catch (thrown) {
      if (current !== mine) return;
      current = undefined;
      failed(next.key, thrown);
    }
  }

  function failed(key: string, thrown: unknown): void {
    const error = toVpdError(thrown);
    store.setState({ run: { phase: 'failed', key, message: error.message } });
    if (error.code === 'bad-prompt') store.setState({ promptError: error.message });
    // The loss itself is reported once, by the engine.
    else if (error.code !== 'worker-crashed' && error.code !== 'device-lost') tell(thrown, 'run');
  }

  store.subscribe((state, before) => {
    if (
      asksAnew(state, before) ||
      state.layers !== before.layers ||
      state.refer.without !== before.refer.without ||
      state.segment.without !== before.segment.without ||
      state.refer.ranking !== before.refer.ranking ||
      state.refer.grid !== before.refer.grid ||
      state.revision !== before.revision
    )
      ensure(state);
  });

  return {
    setTask: (task) => store.setState({ task }),
    setZeroShot(zeroShot) {
      const { refer, revision } = store.getState();
      store.setState({ refer: { ...refer, ...NO_WORD, zeroShot }, revision: revision + 1 });
    },
    computeHere() {
      const state = store.getState();
      const key = shownKey(state, results);
      if (key !== undefined) {
        results.delete(key);
        anew.add(key);
      }
      store.setState({ revision: state.revision + 1 });
    },
    interrupt() {
      stop();
      store.setState({ run: undefined });
    },
    retryRun() {
      if (store.getState().run?.phase === 'failed') store.setState({ run: undefined });
    },
  };
}
