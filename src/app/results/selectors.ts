/** Selectors of the shown results: those of the selected photo, for the task, prompt and settings of the state. */
import type {
  AblateClassesResult,
  AblateResult,
  DepthResult,
  RawMapsResult,
  ReferResult,
  SegmentResult,
} from '../../engine/results.ts';
import type { Origin } from '../../storage/session/record.ts';
import { type Lens, lensOf } from '../../tasks/depth/lens.ts';
import type { TaskId } from '../../vpd/config.ts';
import { isSameModel } from '../../weights/pack/pack-summary.ts';
import { packOf, type SteadyState, selectedPhoto } from '../store.ts';
import { ablateClassesKey, ablateKey, depthKey, rawMapsKey, referKey, segmentKey } from './result-keys.ts';
import type { Results } from './results.ts';

/** Returns the key of a prompt's result for the selected photo, zero-shot or not as chosen. */
export const promptKey = ({ selected, refer }: SteadyState, prompt: string): string =>
  referKey(selected ?? '', prompt, refer.zeroShot);

/** Returns the kind of room to request: the chosen one if the open model knows it; otherwise undefined, the model's default. */
export function sceneOf(state: SteadyState): string | undefined {
  const { scene } = state.depth;
  const known = scene === undefined || (packOf(state)?.scenes.includes(scene) ?? true);
  return known ? scene : undefined;
}

/** Returns the key of the selected photo's depth. An imported depth may be of a kind of room that only its own model knows. */
export function shownDepthKey(state: SteadyState, results: Results): string {
  const photo = state.selected ?? '';
  const chosen = depthKey(photo, state.depth.scene);
  return results.get(chosen)?.origin ? chosen : depthKey(photo, sceneOf(state));
}

/** Returns the key of the shown result of a task, whether or not it exists yet; undefined without a photo or a prompt. */
export function shownKey(state: SteadyState, results: Results, task: TaskId = state.task): string | undefined {
  const photo = selectedPhoto(state);
  if (!photo) return undefined;
  switch (task) {
    case 'depth':
      return shownDepthKey(state, results);
    case 'refer':
      return state.prompt === '' ? undefined : promptKey(state, state.prompt);
    case 'segment':
      return segmentKey(photo.id);
  }
}

/** Returns the origin of the shown result of a task if another model than the open one computed it. */
export function otherOrigin(state: SteadyState, results: Results, task: TaskId = state.task): Origin | undefined {
  const origin = results.get(shownKey(state, results, task) ?? '')?.origin;
  const open = packOf(state);
  return origin && open && !isSameModel(origin.pack.hash, open.hash) ? origin : undefined;
}

export function depthOf(state: SteadyState, results: Results): DepthResult | undefined {
  const found = results.get(shownDepthKey(state, results));
  return found?.task === 'depth' ? found.result : undefined;
}
/** Returns the camera of the shown depth: its field of view, chosen or automatic. */
export function shownLens(state: SteadyState, results: Results): Lens | undefined {
  const result = depthOf(state, results);
  if (!result) return undefined;
  const { width, height } = result;
  return lensOf(state.depth, { width, height, fov: selectedPhoto(state)?.fov }, packOf(state)?.working);
}
export function referOf(state: SteadyState, results: Results): ReferResult | undefined {
  const found = results.get(promptKey(state, state.prompt));
  return found?.task === 'refer' ? found.result : undefined;
}
export function segmentOf(state: SteadyState, results: Results): SegmentResult | undefined {
  const found = results.get(segmentKey(state.selected ?? ''));
  return found?.task === 'segment' ? found.result : undefined;
}
/** Returns class names by the indices of the shown result. If another model computed it, only names of classes in the photo are known. */
export function classNamesOf(state: SteadyState, results: Results): readonly (string | undefined)[] {
  const open = packOf(state);
  if (open && !otherOrigin(state, results, 'segment')) return open.classes;
  const names: (string | undefined)[] = [];
  for (const { index, name } of segmentOf(state, results)?.present ?? []) names[index] = name;
  return names;
}
// The open model computes ablations and raw maps, so they are not shown with another model's result, which has the same keys.

/** Returns the mask of the current prompt without the attention of these tokens. */
export function ablationOf(
  state: SteadyState,
  results: Results,
  tokens: readonly number[] = state.refer.without,
): AblateResult | undefined {
  if (otherOrigin(state, results, 'refer')) return undefined;
  const found = results.get(ablateKey(state.selected ?? '', state.prompt, tokens));
  return found?.task === 'ablate' ? found.result : undefined;
}
/** Returns the classes without the attention of the class that is left out. */
export function classAblationOf(state: SteadyState, results: Results): AblateClassesResult | undefined {
  const { without } = state.segment;
  if (without === undefined || otherOrigin(state, results, 'segment')) return undefined;
  const found = results.get(ablateClassesKey(state.selected ?? '', [without]));
  return found?.task === 'ablateClasses' ? found.result : undefined;
}
/** Returns the current prompt's maps by layer and head. */
export function rawMapsOf(state: SteadyState, results: Results): RawMapsResult | undefined {
  if (otherOrigin(state, results, 'refer')) return undefined;
  const found = results.get(rawMapsKey(state.selected ?? '', state.prompt));
  return found?.task === 'rawMaps' ? found.result : undefined;
}
