import type { DepthResult } from '../../engine/results.ts';
import { ensureNormals } from '../../tasks/depth/geometry/normals.ts';
import { isVisible } from '../../tasks/layer-stack.ts';
import type { Results } from '../results/results.ts';
import { depthOf, shownLens } from '../results/selectors.ts';
import { secondResults, secondState } from '../second-model/view.ts';
import type { AppState } from '../store.ts';
import { trueDepth } from '../truth/layers.ts';

interface Wanted {
  readonly result: DepthResult;
  /** Horizontal field of view in degrees. */
  readonly fov: number;
}

function wantedOf(state: AppState, results: Results): readonly Wanted[] {
  const result = depthOf(state, results);
  const lens = shownLens(state, results);
  return result && lens ? [{ result, fov: lens.fov }] : [];
}

/** Returns the depth maps that the stage draws as surface normals: the open model's, and that of the second model or else of the truth. */
export function wantedNormals(state: AppState, results: Results): readonly Wanted[] {
  if (state.depth.show !== 'normals' || !isVisible(state.layers, 'depth', state.task)) return [];
  const own = wantedOf(state, results);
  const second = secondState(state, results);
  if (second) return [...own, ...wantedOf(second, secondResults(state, results))];
  const truth = trueDepth(state, results);
  return truth
    ? own.flatMap(({ result, fov }) => [
        { result, fov },
        { result: truth, fov },
      ])
    : own;
}

/**
 * Returns a function that computes the normals that the stage lacks; `onReady` is called when some were computed. A failure is tried again
 * when normals are selected again, or for another field of view.
 */
export function createNormals(
  onReady: () => void,
  onError: (thrown: unknown) => void,
): (state: AppState, results: Results) => void {
  let requested = new WeakMap<DepthResult, number>();
  return (state, results) => {
    if (state.depth.show !== 'normals') requested = new WeakMap();
    for (const { result, fov } of wantedNormals(state, results)) {
      if (requested.get(result) === fov) continue;
      requested.set(result, fov);
      ensureNormals(result, fov).then((computed) => computed && onReady(), onError);
    }
  };
}
