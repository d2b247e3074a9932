import { isVisible } from '../../tasks/layer-stack.ts';
import { masksOf } from '../find/masks.ts';
import type { Results } from '../results/results.ts';
import { otherOrigin, promptKey } from '../results/selectors.ts';
import { type AppState, packOf } from '../store.ts';
import { secondResults, secondState } from './view.ts';

/** True if a mask is shown that was computed from attention alone. */
function showsZeroShot(state: AppState, results: Results): boolean {
  if (!isVisible(state.layers, 'masks', state.task)) return false;
  return masksOf(state).items.some(({ prompt, hidden }) => {
    const found = results.get(promptKey(state, prompt));
    return !hidden && found?.task === 'refer' && found.result.zeroShot === true;
  });
}

const labelled = (name: string, zeroShot: boolean): string => (zeroShot ? `zero-shot by ${name}` : name);

/** Name of what is left of the handle: the second model, and whether a mask of it is zero-shot. Undefined until it is open. */
export function leftLabel(state: AppState, results: Results): string | undefined {
  const seen = secondState(state, results);
  const left = seen && packOf(seen);
  return left && labelled(left.name, showsZeroShot(seen, secondResults(state, results)));
}

/** Name of what is right of the handle: the model that computed the shown result, and whether a mask of it is zero-shot. */
export function rightLabel(state: AppState, results: Results): string {
  const name = otherOrigin(state, results)?.pack.name ?? packOf(state)?.name ?? 'the open model';
  return labelled(name, showsZeroShot(state, results));
}
