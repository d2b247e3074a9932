import { depthLayers } from '../../tasks/depth/overlay.ts';
import type { Layer } from '../../tasks/layer.ts';
import { isVisible, LAYER_IDS, type LayerId } from '../../tasks/layer-stack.ts';
import { referLayers, wordHeat } from '../../tasks/refer/overlay.ts';
import { classHeat, segmentLayers } from '../../tasks/segment/overlay.ts';
import { maskShapes, masksOf } from '../find/masks.ts';
import type { Results } from '../results/results.ts';
import { ablationOf, classAblationOf, depthOf, promptKey, rawMapsOf, segmentOf } from '../results/shown.ts';
import type { AppState } from '../store.ts';
import { trueDepth, truthLayers } from '../truth/layers.ts';

type Draw = (state: AppState, results: Results) => readonly Layer[];

const visible = (state: AppState, id: LayerId) => isVisible(state.layers, id, state.task);

/** The heat map of the class selected on its tab, elsewhere of the word. */
function heat(state: AppState, results: Results): Layer | undefined {
  const look = state.layers.attention;
  const classes = segmentOf(state, results);
  if (state.task === 'segment') {
    // With the class left out, what that changed is on show in its place.
    if (!classes || classAblationOf(state, results)) return undefined;
    return classHeat(classes, state.segment, look);
  }
  const further = { raw: rawMapsOf(state, results), ablated: ablationOf(state, results) };
  return wordHeat(maskShapes(state, results), state.prompt, state.refer, further, look);
}

/** Whether a layer makes way for the heat map below or above it: unless it was put on by hand, the map is what was asked for. */
const yields = (state: AppState, results: Results, id: LayerId) =>
  state.layers[id].visible === 'auto' && visible(state, 'attention') && heat(state, results) !== undefined;

const DRAW = {
  depth(state, results) {
    const result = depthOf(state, results);
    return result ? depthLayers(result, state.depth, state.layers.depth) : [];
  },
  classes(state, results) {
    const result = segmentOf(state, results);
    if (!result || yields(state, results, 'classes')) return [];
    return segmentLayers(result, state.segment, state.layers.classes, classAblationOf(state, results));
  },
  attention(state, results) {
    const layer = heat(state, results);
    return layer ? [layer] : [];
  },
  masks(state, results) {
    const further = { raw: rawMapsOf(state, results), ablated: ablationOf(state, results) };
    const overHeat = yields(state, results, 'masks');
    return referLayers(maskShapes(state, results), state.prompt, state.refer, further, state.layers.masks, overHeat);
  },
} satisfies Record<LayerId, Draw>;

/**
 * What is drawn over the photo, from the bottom up; nothing until there are results. With a sample's truth, what was found lies left of
 * the compare handle and what is really there right of it.
 */
export const layersOf: Draw = (state, results) => {
  const found = LAYER_IDS.flatMap((id) => (visible(state, id) ? DRAW[id](state, results) : []));
  const truth = LAYER_IDS.flatMap((id) => (visible(state, id) ? truthLayers(state, results, id) : []));
  // The truth's normals may be on their way.
  const awaited = state.depth.show === 'normals' && visible(state, 'depth') && trueDepth(state, results) !== undefined;
  if (truth.length === 0 && !awaited) return found;
  return [...found.map((layer): Layer => ({ ...layer, side: 'left' })), ...truth];
};

const HAS = {
  depth: (state, results) => depthOf(state, results) !== undefined,
  classes: (state, results) => segmentOf(state, results) !== undefined,
  attention: (state, results) => heat(state, results) !== undefined,
  masks: (state, results) => masksOf(state).items.some((item) => results.get(promptKey(state, item.prompt))),
} satisfies Record<LayerId, (state: AppState, results: Results) => boolean>;

/** Whether there is anything of a layer that could be shown. */
export const hasLayer = (state: AppState, results: Results, id: LayerId): boolean => HAS[id](state, results);
