import type { Place } from '../../tasks/place.ts';
import type { ListedMask } from '../../tasks/refer/overlay.ts';
import type { Workbench } from '../context.ts';
import { drawnMasks } from '../layers/compose.ts';
import type { Results } from '../results/results.ts';
import { openState, secondResults, secondState } from '../second-model/view.ts';
import type { Click } from '../stage/input/actions.ts';
import { splitOnPhoto } from '../stage/place.ts';
import type { AppState } from '../store.ts';
import { truthOf } from '../truth/useTruth.ts';
import { changePrompt } from './prompts.ts';

/** Returns the masks that are drawn at a point's side of the compare handle: the second model's, the open one's, or none. */
function masksOfSide(state: AppState, results: Results, { u }: Place): readonly ListedMask[] {
  const left = u < splitOnPhoto(state);
  const second = secondState(state, results);
  if (second)
    return left ? drawnMasks(second, secondResults(state, results)) : drawnMasks(openState(state, results), results);
  // Right of the results there is the truth, left of them the photo.
  return left === (truthOf(state, results) !== undefined) ? drawnMasks(state, results) : [];
}

/** Returns the masks that contain a point, the smallest first. */
const containing = (masks: readonly ListedMask[], { u, v }: Place): readonly ListedMask[] =>
  masks
    .filter(({ item, shape: { width, height, plane } }) => {
      const value = plane.data[Math.floor(v * height) * width + Math.floor(u * width)] ?? 0;
      return value > item.threshold;
    })
    .sort((a, b) => a.shape.inside - b.shape.inside);

/**
 * After a click on the stage, shows the smallest mask under the crosshair, as a press on its row in the list does, but keeps a draft in the
 * prompt box. The shown mask stays if it is one of several there: its words can then be read at that point. A second click there shows the
 * next smaller one, and the crosshair stays held.
 */
export function pickMask({ store, results }: Pick<Workbench, 'store' | 'results'>, click: Click): void {
  const state = store.getState();
  const { task, stage, crosshair, prompt } = state;
  if (task !== 'refer' || !stage.layers || !crosshair) return;
  const masks = containing(masksOfSide(state, results, crosshair), crosshair);
  const shown = masks.findIndex(({ item }) => item.prompt === prompt);
  const found = click === 'released' ? masks[shown - 1] : shown < 0 ? masks[0] : undefined;
  if (found) store.setState({ ...changePrompt(state, found.item.prompt), crosshair: { ...crosshair, held: true } });
}
