import { classColour } from '../../image/palette.ts';
import type { LabelLayer, Layer } from '../../tasks/layer.ts';
import { layersOf } from '../layers/compose.ts';
import type { Results } from '../results/results.ts';
import { type AppState, packOf } from '../store.ts';
import { besideResults, besideState } from './view.ts';

const classesOf = (state: AppState): readonly string[] => packOf(state)?.classes ?? [];

/** The second model's classes in the colours that the open one has for their names; those that it has no class for are not drawn. */
function recoloured(layer: LabelLayer, theirs: readonly string[], own: readonly string[]): LabelLayer {
  const palette = layer.palette.slice();
  theirs.forEach((name, index) => {
    const here = own.indexOf(name);
    if (here < 0) palette.fill(0, 4 * index, 4 * index + 4);
    else palette.set(classColour(here), 4 * index);
  });
  return { ...layer, palette };
}

/** What the stage draws: while two models are compared, what the second one sees lies left of the handle and the open one's right of it. */
export function stageLayers(state: AppState, results: Results): readonly Layer[] {
  const beside = besideState(state, results);
  if (!beside) return layersOf(state, results);
  const left = layersOf(beside, besideResults(state, results));
  // One comparison at a time: a sample's truth makes way.
  const right = layersOf({ ...state, truth: false }, results);
  const [theirs, own] = [classesOf(beside), classesOf(state)];
  const sided = left.map((layer): Layer => {
    const shown = layer.kind === 'labels' && own.length > 0 ? recoloured(layer, theirs, own) : layer;
    return { ...shown, side: 'left' };
  });
  return [...sided, ...right];
}
