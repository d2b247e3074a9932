import type { Engine, Progress } from '../../engine/protocol.ts';
import { STAGE_LABELS } from '../../engine/timings.ts';
import { toVpdError } from '../../errors.ts';
import { pinnedTasks } from '../../tasks/layer-stack.ts';
import { NO_WORD } from '../../tasks/refer/view.ts';
import { NO_CLASS } from '../../tasks/segment/view.ts';
import type { TaskId } from '../../vpd/config.ts';
import { canRun } from '../../weights/pack/pack-summary.ts';
import { masksOf } from '../find/masks.ts';
import type { SessionParts } from '../session-parts.ts';
import { type AppState, deviceOf, packOf, selectedPhoto } from '../store.ts';
import { followUpRun } from './ablation-requests.ts';
import { onDisk } from './on-disk.ts';
import { isShowable, keyOf, type NeededRun, runRequest, type TaskRequest } from './request.ts';
import { depthKey, isAblationOf, segmentKey } from './result-keys.ts';
import type { Results } from './results.ts';
import { promptKey, sceneOf, shownDepthKey, shownKey } from './selectors.ts';

export interface Runs {
  setTask(task: TaskId): void;
  /** Makes masks from attention alone, or with the pack's head again. */
  setZeroShot(on: boolean): void;
  /** Computes the shown result with the open model, in place of an imported one. */
  computeHere(): void;
  /** Stops the current run because its worker has ended. */
  interrupt(): void;
  /** Stops the current run; it does not start again until `retryRun` or another request. */
  stopRun(): void;
  /** Repeats the run that failed or was stopped. */
  retryRun(): void;
}

/** True if a change of the state may change what the open model or the second one has to compute. */
export const affectsRuns = (state: AppState, before: AppState): boolean =>
  state.engine !== before.engine ||
  state.photos !== before.photos ||
  state.selected !== before.selected ||
  state.task !== before.task ||
  state.prompt !== before.prompt ||
  state.depth.scene !== before.depth.scene ||
  state.refer.zeroShot !== before.refer.zeroShot ||
  state.refer.grid !== before.refer.grid ||
  state.layers !== before.layers ||
  state.masks !== before.masks ||
  state.run !== before.run;

/** Returns the current prompt, then those of the listed masks. */
const promptsOf = (state: AppState): readonly string[] =>
  [state.prompt, ...masksOf(state).items.map((item) => item.prompt)].filter((prompt) => prompt !== '');

/** Returns the next prompt to run, whose mask is not in memory; empty if there is none. */
function nextPrompt(state: AppState, results: Results): string {
  return promptsOf(state).find((prompt) => !isInMemory(state, results, promptKey(state, prompt))) ?? '';
}

/**
 * Returns a predicate for keys whose result would be computed again at once if it were evicted: depth, classes, the listed masks and the
 * ablations of the current prompt, all for the selected photo.
 */
export function isNeeded(state: AppState): (key: string) => boolean {
  const { selected = '', prompt } = state;
  const needed = new Set([
    depthKey(selected, sceneOf(state)),
    segmentKey(selected),
    ...promptsOf(state).map((each) => promptKey(state, each)),
  ]);
  return (key) => needed.has(key) || isAblationOf(key, selected, prompt);
}

/** True if a result that can be shown is in memory. While no model is open, any result can. */
function isInMemory(state: AppState, results: Results, key: string): boolean {
  const found = results.get(key);
  const pack = packOf(state);
  if (!found || !pack) return found !== undefined;
  return isShowable(found, state.refer.zeroShot, pack);
}

/** Returns the request of a task for the selected photo; undefined if Find has no prompt left to run. */
function requestOf(state: AppState, results: Results, task: TaskId): TaskRequest | undefined {
  switch (task) {
    case 'depth':
      return { task, scene: sceneOf(state) };
    case 'refer': {
      const prompt = nextPrompt(state, results);
      return prompt === '' ? undefined : { task, prompt, zeroShot: state.refer.zeroShot };
    }
    case 'segment':
      return { task };
  }
}

function labelOf(request: TaskRequest): string {
  return request.task === 'refer' ? `Looking for “${request.prompt}”` : STAGE_LABELS[request.task];
}

/** Returns the run that a task needs, whether or not its result exists; undefined if the photo or the model is not ready for it. */
function neededRun(state: AppState, results: Results, task: TaskId): NeededRun | undefined {
  const photo = selectedPhoto(state);
  const pack = packOf(state);
  if (photo?.state !== 'ready' || !pack || !canRun(pack, task)) return undefined;
  const request = requestOf(state, results, task);
  if (!request) return undefined;
  return {
    // An imported depth may be stored under a kind of room that is not requested from the open model.
    key: task === 'depth' ? shownDepthKey(state, results) : keyOf(photo.id, request),
    label: labelOf(request),
    run: (engine, options) => runRequest(engine, photo.id, request, options),
  };
}

/** Returns the next run: of the current task, then its follow-ups, then layers of other tasks; undefined if nothing is missing. */
export function nextRun(state: AppState, results: Results): NeededRun | undefined {
  const main = neededRun(state, results, state.task);
  if (main && !isInMemory(state, results, main.key)) return main;
  const pinned = () => pinnedTasks(state.layers).map((task) => neededRun(state, results, task));
  return followUpRun(state, results) ?? pinned().find((other) => other && !isInMemory(state, results, other.key));
}

interface Launched {
  readonly key: string;
  readonly abort: AbortController;
  /** True once the engine has its request. */
  asked: boolean;
}

/** Keeps the shown result up to date: a change of photo, task, prompt or scene stops the run of the previous ones and starts the next. */
export function createRuns({ store, results, engine, showError }: SessionParts): Runs {
  let current: Launched | undefined;
  /** The run that was stopped last. */
  let stopped: Launched | undefined;
  /** Keys of results that are computed even if they are on disk. */
  const recompute = new Set<string>();

  function stop(): void {
    current?.abort.abort();
    current = undefined;
  }

  function ensure(state: AppState): void {
    const next = nextRun(state, results);
    if (current && current.key !== next?.key) {
      stop();
      if (state.run?.phase === 'running') store.setState({ run: undefined });
    }
    const worker = engine();
    if (!next || !worker || current) return;
    if (state.run && state.run.phase !== 'running' && state.run.key === next.key) return;
    void launch(next, worker);
  }

  async function launch(next: NeededRun, worker: Engine): Promise<void> {
    const mine: Launched = { key: next.key, abort: new AbortController(), asked: false };
    current = mine;
    const show = (progress: Progress) => {
      if (current === mine) store.setState({ run: { phase: 'running', key: next.key, progress } });
    };
    const onEnd = () => {
      if (stopped !== mine) return;
      const { run } = store.getState();
      if (run?.phase === 'stopped' && run.key === mine.key) store.setState({ run: { ...run, ending: false } });
    };
    const { signal } = mine.abort;
    try {
      const state = store.getState();
      const pack = packOf(state);
      const device = deviceOf(state);
      // Awaited only if the disk has the result, so that otherwise the run starts at once.
      const reading =
        pack && !recompute.has(next.key) ? onDisk(results, next.key, state.refer.zeroShot, pack) : undefined;
      show({ label: next.label, done: 0, total: 0, unit: 'steps' });
      const saved = reading && (await reading);
      signal.throwIfAborted();
      mine.asked = saved === undefined;
      const result = saved ?? (await next.run(worker, { signal, onProgress: show, onEnd }));
      // A result that was read stays the same object, so that it is not written again.
      const stored = saved || !pack || !device ? result : { ...result, pack: pack.hash, device };
      results.set(next.key, stored, isNeeded(store.getState()));
      recompute.delete(next.key);
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
    store.setState({ run: { phase: 'failed', key, message: error.message, code: error.code } });
    if (error.code === 'bad-prompt') store.setState({ promptError: error.message });
    // The engine itself reports a lost worker, once.
    else if (error.code !== 'worker-crashed' && error.code !== 'device-lost') showError(thrown, 'run');
  }

  store.subscribe((state, before) => {
    if (
      affectsRuns(state, before) ||
      state.refer.without !== before.refer.without ||
      state.segment.without !== before.segment.without ||
      state.refer.ranking !== before.refer.ranking ||
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
        recompute.add(key);
      }
      // Another model may number tokens and classes differently.
      store.setState({
        refer: { ...state.refer, ...NO_WORD },
        segment: { ...state.segment, ...NO_CLASS },
        revision: state.revision + 1,
      });
    },
    interrupt() {
      stop();
      store.setState({ run: undefined });
    },
    stopRun() {
      if (!current) return;
      stopped = current;
      stop();
      store.setState({ run: { phase: 'stopped', key: stopped.key, ending: stopped.asked } });
    },
    retryRun() {
      const { run } = store.getState();
      if (run && run.phase !== 'running') store.setState({ run: undefined });
    },
  };
}
