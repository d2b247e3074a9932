import { classColour } from '../../image/palette.ts';
import type { FieldLayer, LabelLayer, Layer } from '../../tasks/layer.ts';
import { layersOf } from '../layers/compose.ts';
import type { Results } from '../results/results.ts';
import { classNamesOf, otherOrigin } from '../results/selectors.ts';
import { type AppState, packOf } from '../store.ts';
import { openState, secondResults, secondState } from './view.ts';

/**
 * The second model's classes in the colours that the same names have right of the handle. Classes that the open model does not have are
 * not drawn; where not all of its classes are known (`!complete`), they keep their own colours.
 */
function withOwnColours(
  layer: LabelLayer,
  theirs: readonly string[],
  own: readonly (string | undefined)[],
  complete: boolean,
): LabelLayer {
  const palette = layer.palette.slice();
  theirs.forEach((name, index) => {
    const here = own.indexOf(name);
    if (here >= 0) palette.set(classColour(here), 4 * index);
    else if (complete) palette.fill(0, 4 * index, 4 * index + 4);
  });
  return { ...layer, palette };
}

const isHeat = (layer: Layer): layer is FieldLayer => layer.kind === 'field' && layer.fade;

/** Gives the heat maps of both sides the larger hot end, so that equal colours are equal weights. */
function onOneScale(layers: readonly Layer[]): readonly Layer[] {
  const high = Math.max(...layers.filter(isHeat).map((layer) => layer.high));
  return layers.map((layer) => (isHeat(layer) ? { ...layer, high } : layer));
}

/** What the stage draws: while two models are compared, the second one's layers left of the handle and the open one's right of it. */
export function stageLayers(state: AppState, results: Results): readonly Layer[] {
  const secondModel = secondState(state, results);
  if (!secondModel) return layersOf(state, results);
  const left = layersOf(secondModel, secondResults(state, results));
  const right = layersOf(openState(state, results), results);
  const [theirs, own] = [packOf(secondModel)?.classes ?? [], classNamesOf(state, results)];
  const complete = otherOrigin(state, results, 'segment') === undefined;
  const sided = left.map((layer): Layer => {
    const isClasses = layer.kind === 'labels' && layer.of === 'classes';
    const drawn = isClasses && own.length > 0 ? withOwnColours(layer, theirs, own, complete) : layer;
    return { ...drawn, side: 'left' };
  });
  return onOneScale([...sided, ...right]);
}
