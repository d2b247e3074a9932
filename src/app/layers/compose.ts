import { depthLayers } from '../../tasks/depth/overlay.ts';
import type { Layer } from '../../tasks/layer.ts';
import { isVisible, LAYER_IDS, type LayerId } from '../../tasks/layer-stack.ts';
import { drawingOf, type ExtraResults, type ListedMask, referLayers, wordHeat } from '../../tasks/refer/overlay.ts';
import { classHeat, segmentLayers } from '../../tasks/segment/overlay.ts';
import { maskShapes, masksOf } from '../find/masks.ts';
import type { Results } from '../results/results.ts';
import { ablationOf, classAblationOf, depthOf, promptKey, rawMapsOf, segmentOf } from '../results/selectors.ts';
import type { AppState } from '../store.ts';
import { truthLayers } from '../truth/layers.ts';
import { truthOf } from '../truth/useTruth.ts';

type Draw = (state: AppState, results: Results) => readonly Layer[];

const visible = (state: AppState, id: LayerId) => isVisible(state.layers, id, state.task);

const extra = (state: AppState, results: Results): ExtraResults => ({
  raw: rawMapsOf(state, results),
  ablated: ablationOf(state, results),
});

/** Returns the heat map of the selected class on the tab of classes, elsewhere that of the selected word. */
function heat(state: AppState, results: Results): Layer | undefined {
  const look = state.layers.attention;
  const classes = segmentOf(state, results);
  if (state.task === 'segment') {
    // While a class is left out, the change that this makes is shown instead.
    if (!classes || classAblationOf(state, results)) return undefined;
    return classHeat(classes, state.segment, look);
  }
  return wordHeat(maskShapes(state, results), state.prompt, state.refer, extra(state, results), look);
}

/** Returns true if the heat map has priority over a layer: the map is visible, and the layer was not switched on by hand. */
const yieldsToHeat = (state: AppState, results: Results, id: LayerId) =>
  state.layers[id].visible === 'auto' && visible(state, 'attention') && heat(state, results) !== undefined;

const DRAW = {
  depth(state, results) {
    const result = depthOf(state, results);
    return result ? depthLayers(result, state.depth, state.layers.depth) : [];
  },
  classes(state, results) {
    const result = segmentOf(state, results);
    if (!result || yieldsToHeat(state, results, 'classes')) return [];
    return segmentLayers(result, state.segment, state.layers.classes, classAblationOf(state, results));
  },
  attention(state, results) {
    const layer = heat(state, results);
    return layer ? [layer] : [];
  },
  masks(state, results) {
    const overHeat = yieldsToHeat(state, results, 'masks');
    const { masks } = state.layers;
    return referLayers(maskShapes(state, results), state.prompt, state.refer, extra(state, results), masks, overHeat);
  },
} satisfies Record<LayerId, Draw>;

/**
 * Returns what is drawn over the photo, from bottom to top; empty before there are results. With a sample's truth, the results are drawn
 * left of the compare handle and the truth right of it, also where the truth has nothing to draw (yet).
 */
export const layersOf: Draw = (state, results) => {
  const found = LAYER_IDS.flatMap((id) => (visible(state, id) ? DRAW[id](state, results) : []));
  if (!truthOf(state, results)) return found;
  const truth = LAYER_IDS.flatMap((id) => (visible(state, id) ? truthLayers(state, results, id) : []));
  return [...found.map((layer): Layer => ({ ...layer, side: 'left' })), ...truth];
};

/** Returns the masks that are drawn beside one another; empty if instead their comparison, a change or a word's attention is drawn. */
export function drawnMasks(state: AppState, results: Results): readonly ListedMask[] {
  if (!visible(state, 'masks')) return [];
  const overHeat = yieldsToHeat(state, results, 'masks');
  const all = maskShapes(state, results);
  const drawing = drawingOf(all, state.prompt, state.refer, extra(state, results), overHeat);
  return drawing.kind === 'masks' ? drawing.drawn : [];
}

const HAS = {
  depth: (state, results) => depthOf(state, results) !== undefined,
  classes: (state, results) => segmentOf(state, results) !== undefined,
  attention: (state, results) => heat(state, results) !== undefined,
  masks: (state, results) => masksOf(state).items.some((item) => results.get(promptKey(state, item.prompt))),
} satisfies Record<LayerId, (state: AppState, results: Results) => boolean>;

/** Returns true if a layer has something to show. */
export const hasLayer = (state: AppState, results: Results, id: LayerId): boolean => HAS[id](state, results);
