import { isVisible } from '../../tasks/layer-stack.ts';
import type { ListedMask } from '../../tasks/refer/overlay.ts';
import type { Workbench } from '../context.ts';
import { splitOnPhoto } from '../stage/place.ts';
import { isTwoSided } from '../stage/sides.ts';
import type { AppState } from '../store.ts';
import { maskShapes } from './masks.ts';
import { changePrompt } from './prompts.ts';

/** Returns the smallest mask that is not hidden and contains a point of the photo (fractions of its size). */
export function maskAt(masks: readonly ListedMask[], { u, v }: { readonly u: number; readonly v: number }) {
  const [smallest] = masks
    .filter(({ item, shape: { width, height, plane } }) => {
      const value = plane.data[Math.floor(v * height) * width + Math.floor(u * width)] ?? 0;
      return !item.hidden && value > item.threshold;
    })
    .sort((a, b) => a.shape.inside - b.shape.inside);
  return smallest;
}

/** True if the stage shows the masks at the crosshair side by side: not one word's attention or what leaving it out changes. */
function showsMasks(state: AppState): boolean {
  const { task, layers, stage, refer, crosshair } = state;
  const { brush, locked, without, compare } = refer;
  if (task !== 'refer' || brush !== 'off' || locked !== undefined || without.length > 0 || compare !== undefined)
    return false;
  if (!stage.layers || !isVisible(layers, 'masks', task) || !crosshair) return false;
  return isTwoSided(state) || crosshair.u >= splitOnPhoto(state);
}

/** Shows the mask under the crosshair, as a press on its row in the list does, but keeps a draft in the prompt box. */
export function pickMask({ store, results }: Pick<Workbench, 'store' | 'results'>): void {
  const state = store.getState();
  const { crosshair } = state;
  if (!crosshair || !showsMasks(state)) return;
  const found = maskAt(maskShapes(state, results), crosshair);
  if (found) store.setState(changePrompt(state, found.item.prompt));
}
