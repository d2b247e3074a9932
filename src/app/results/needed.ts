import { STAGE_LABELS } from '../../engine/timings.ts';
import { pinnedTasks } from '../../tasks/layer-stack.ts';
import { TASK_IDS, type TaskId } from '../../vpd/config.ts';
import { canRun } from '../../weights/pack/pack-summary.ts';
import { masksOf } from '../find/masks.ts';
import { type AppState, packOf, selectedPhoto } from '../store.ts';
import { followUpRun } from './follow-ups.ts';
import { isShowable, keyOf, type NeededRun, runRequest, type TaskRequest } from './request.ts';
import { isAblationOf } from './result-keys.ts';
import type { Results } from './results.ts';
import { sceneOf, shownDepthKey } from './selectors.ts';

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

/** Requests of each task for the selected photo, the most wanted first. */
const WANTED = {
  depth: (state) => [{ task: 'depth', scene: sceneOf(state) }],
  /** The current prompt, then those of the listed masks. */
  refer: (state) =>
    [state.prompt, ...masksOf(state).items.map((item) => item.prompt)]
      .filter((prompt) => prompt !== '')
      .map((prompt) => ({ task: 'refer', prompt, zeroShot: state.refer.zeroShot })),
  segment: () => [{ task: 'segment' }],
} satisfies Record<TaskId, (state: AppState) => readonly TaskRequest[]>;

/**
 * Returns a predicate for keys whose result would be computed again at once if it were evicted: depth, classes, the listed masks and the
 * ablations of the current prompt, all for the selected photo.
 */
export function isNeeded(state: AppState): (key: string) => boolean {
  const { selected = '', prompt } = state;
  const requests = TASK_IDS.flatMap((task): readonly TaskRequest[] => WANTED[task](state));
  const needed = new Set(requests.map((request) => keyOf(selected, request)));
  return (key) => needed.has(key) || isAblationOf(key, selected, prompt);
}

/** True if a result that can be shown is in memory. While no model is open, any result can. */
function isInMemory(state: AppState, results: Results, key: string): boolean {
  const found = results.get(key);
  const pack = packOf(state);
  if (!found || !pack) return found !== undefined;
  return isShowable(found, state.refer.zeroShot, pack);
}

const labelOf = (request: TaskRequest): string =>
  request.task === 'refer' ? `Looking for “${request.prompt}”` : STAGE_LABELS[request.task];

/** Returns the next run of a task; undefined if its results are in memory, or if the photo or the model is not ready for it. */
function taskRun(state: AppState, results: Results, task: TaskId): NeededRun | undefined {
  const photo = selectedPhoto(state);
  const pack = packOf(state);
  if (photo?.state !== 'ready' || !pack || !canRun(pack, task)) return undefined;
  for (const request of WANTED[task](state)) {
    // An imported depth may be stored under a kind of room that is not requested from the open model.
    const key = task === 'depth' ? shownDepthKey(state, results) : keyOf(photo.id, request);
    if (isInMemory(state, results, key)) continue;
    const run: NeededRun['run'] = (engine, options) => runRequest(engine, photo.id, request, options);
    return { key, label: labelOf(request), run };
  }
  return undefined;
}

/** Returns the next run: of the current task, then its follow-ups, then layers of other tasks; undefined if nothing is missing. */
export const nextRun = (state: AppState, results: Results): NeededRun | undefined =>
  taskRun(state, results, state.task) ??
  followUpRun(state, results) ??
  pinnedTasks(state.layers)
    .map((task) => taskRun(state, results, task))
    .find((run) => run !== undefined);
