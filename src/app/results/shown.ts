/** What is on show: the results that the photo, the task, the prompt and the choices of the state name. */
import type {
  AblateClassesResult,
  AblateResult,
  DepthResult,
  RawMapsResult,
  ReferResult,
  SegmentResult,
} from '../../engine/protocol.ts';
import { type Lens, lensOf } from '../../tasks/depth/lens.ts';
import type { TaskId } from '../../vpd/config.ts';
import { type AppState, packOf, selectedPhoto } from '../store.ts';
import { ablateClassesKey, ablateKey, depthKey, rawMapsKey, referKey, segmentKey } from './result-keys.ts';
import type { Results } from './results.ts';

/** Key of the answer to a prompt on the photo on show, in the way that is chosen. */
export const promptKey = ({ selected, refer }: AppState, prompt: string): string =>
  referKey(selected ?? '', prompt, refer.zeroShot);

/** The kind of room that the open model is asked for: the chosen one if it knows that, else its own default. */
export function sceneOf(state: AppState): string | undefined {
  const { scene } = state.depth;
  const known = scene === undefined || (packOf(state)?.scenes.includes(scene) ?? true);
  return known ? scene : undefined;
}

/** Key of the depth of the photo on show; what came from elsewhere may be of a kind of room that only its own model knows. */
export function shownDepthKey(state: AppState, results: Results): string {
  const photo = state.selected ?? '';
  const chosen = depthKey(photo, state.depth.scene);
  return results.get(chosen)?.origin ? chosen : depthKey(photo, sceneOf(state));
}

/** The key under which the result of a task, else of the one on show, is or will be kept. */
export function shownKey(state: AppState, results: Results, task: TaskId = state.task): string | undefined {
  const photo = selectedPhoto(state);
  if (!photo) return undefined;
  if (task === 'depth') return shownDepthKey(state, results);
  if (task === 'segment') return segmentKey(photo.id);
  return state.prompt === '' ? undefined : promptKey(state, state.prompt);
}

export function depthOf(state: AppState, results: Results): DepthResult | undefined {
  const found = results.get(shownDepthKey(state, results));
  return found?.task === 'depth' ? found.result : undefined;
}
/** What the depth on show is looked at through. */
export function lensOnShow(state: AppState, results: Results): Lens | undefined {
  const result = depthOf(state, results);
  if (!result) return undefined;
  const { width, height } = result;
  return lensOf(state.depth, { width, height, fov: selectedPhoto(state)?.fov }, packOf(state)?.working);
}
export function referOf(state: AppState, results: Results): ReferResult | undefined {
  const found = results.get(promptKey(state, state.prompt));
  return found?.task === 'refer' ? found.result : undefined;
}
export function segmentOf(state: AppState, results: Results): SegmentResult | undefined {
  const found = results.get(segmentKey(state.selected ?? ''));
  return found?.task === 'segment' ? found.result : undefined;
}
/** The prompt on show without the attention of these tokens. */
export function ablationOf(
  state: AppState,
  results: Results,
  tokens: readonly number[] = state.refer.without,
): AblateResult | undefined {
  const found = results.get(ablateKey(state.selected ?? '', state.prompt, tokens));
  return found?.task === 'ablate' ? found.result : undefined;
}
/** The classes without the attention of the one left out. */
export function classAblationOf(state: AppState, results: Results): AblateClassesResult | undefined {
  const { without } = state.segment;
  if (without === undefined) return undefined;
  const found = results.get(ablateClassesKey(state.selected ?? '', [without]));
  return found?.task === 'ablateClasses' ? found.result : undefined;
}
/** The maps by layer and head of the prompt on show. */
export function rawMapsOf(state: AppState, results: Results): RawMapsResult | undefined {
  const found = results.get(rawMapsKey(state.selected ?? '', state.prompt));
  return found?.task === 'rawMaps' ? found.result : undefined;
}
