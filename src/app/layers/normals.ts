import type { DepthResult } from '../../engine/protocol.ts';
import { ensureNormals } from '../../tasks/depth/normals.ts';
import { isVisible } from '../../tasks/layer-stack.ts';
import { besideResults, besideState } from '../beside/view.ts';
import type { Results } from '../results/results.ts';
import { depthOf, lensOnShow } from '../results/shown.ts';
import type { AppState } from '../store.ts';
import { trueDepth } from '../truth/layers.ts';

interface Wanted {
  readonly result: DepthResult;
  /** What it is looked at through: degrees across the photo. */
  readonly fov: number;
}

function seenBy(state: AppState, results: Results): readonly Wanted[] {
  const result = depthOf(state, results);
  const lens = lensOnShow(state, results);
  return result && lens ? [{ result, fov: lens.fov }] : [];
}

/** The depths that the stage draws as surface normals: the open model's, and that of the second model or the truth, whichever stands beside it. */
export function wantedNormals(state: AppState, results: Results): readonly Wanted[] {
  if (state.depth.show !== 'normals' || !isVisible(state.layers, 'depth', state.task)) return [];
  const own = seenBy(state, results);
  const second = besideState(state, results);
  if (second) return [...own, ...seenBy(second, besideResults(state, results))];
  const truth = trueDepth(state, results);
  return truth
    ? own.flatMap(({ result, fov }) => [
        { result, fov },
        { result: truth, fov },
      ])
    : own;
}

/**
 * Gives a function that has what a picture of the stage lacks of normals computed; `onNews` is called when there is more to see. What
 * failed is tried again when normals are chosen anew, or for another field of view.
 */
export function createNormals(
  onNews: () => void,
  onError: (thrown: unknown) => void,
): (state: AppState, results: Results) => void {
  let asked = new WeakMap<DepthResult, number>();
  return (state, results) => {
    if (state.depth.show !== 'normals') asked = new WeakMap();
    for (const { result, fov } of wantedNormals(state, results)) {
      if (asked.get(result) === fov) continue;
      asked.set(result, fov);
      ensureNormals(result, fov).then((news) => news && onNews(), onError);
    }
  };
}
