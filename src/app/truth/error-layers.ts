import type { SampleTruth } from '../../samples/truth.ts';
import { CHANGE_OPACITY, type LabelLayer, type Look, type Raster } from '../../tasks/layer.ts';
import { isVisible, type LayerId, RESULT_LAYER } from '../../tasks/layer-stack.ts';
import { DIFFERENCE } from '../../tasks/refer/masks/difference-colours.ts';
import { maskShapes } from '../find/masks.ts';
import type { Results } from '../results/results.ts';
import { depthOf, segmentOf } from '../results/selectors.ts';
import type { AppState } from '../store.ts';
import { classErrors, depthErrorMap, maskErrors, RIGHT_DEPTH, WRONG_CLASS } from './errors.ts';

type Colour = readonly [number, number, number];

const WHITE: Colour = [255, 255, 255];
/** Okabe and Ito's vermilion and blue: told apart by colour-blind people, and from the white between them in print. */
const NEAR: Colour = [213, 94, 0];
const FAR: Colour = [0, 114, 178];
export const WRONG_CLASS_COLOUR = NEAR;

/** Colour of an error of depth, as a share of the limit from −1 (too near) to 1 (too far). */
export function depthErrorColour(share: number): Colour {
  const end = share < 0 ? NEAR : FAR;
  const mixed = (channel: 0 | 1 | 2) => Math.round(WHITE[channel] + Math.abs(share) * (end[channel] - WHITE[channel]));
  return [mixed(0), mixed(1), mixed(2)];
}

/** A table in which the given labels are opaque. */
function palette(entries: readonly (readonly [label: number, colour: Colour])[]): Uint8Array {
  const table = new Uint8Array(4 * 256);
  for (const [label, colour] of entries) table.set([...colour, 255], 4 * label);
  return table;
}

const DEPTH_PALETTE = palette(
  Array.from({ length: 2 * RIGHT_DEPTH + 1 }, (_, label) => [label, depthErrorColour(label / RIGHT_DEPTH - 1)]),
);
const CLASS_PALETTE = palette([[WRONG_CLASS, WRONG_CLASS_COLOUR]]);
const MASK_PALETTE = palette(Object.entries(DIFFERENCE).map(([label, colour]) => [Number(label), colour]));

const layer = (plane: Raster<Uint8Array>, colours: Uint8Array, look: Look): LabelLayer => ({
  ...look,
  kind: 'labels',
  of: 'difference',
  plane,
  palette: colours,
  highlight: -1,
});

/** Faint classes and masks let the photo show through; errors must be seen. */
const visible = (look: Look): Look => ({ ...look, opacity: Math.max(look.opacity, CHANGE_OPACITY) });

/** Returns what is wrong in the results of a layer; empty before there is a result, or if the truth has nothing to compare it with. */
export function errorLayers(state: AppState, results: Results, truth: SampleTruth, id: LayerId): readonly LabelLayer[] {
  switch (id) {
    case 'depth': {
      const found = depthOf(state, results);
      return found ? [layer(depthErrorMap(found, truth).plane, DEPTH_PALETTE, state.layers.depth)] : [];
    }
    case 'classes': {
      const found = segmentOf(state, results);
      if (!found) return [];
      return [layer(classErrors(found, truth), CLASS_PALETTE, visible(state.layers.classes))];
    }
    case 'masks': {
      const shown = maskShapes(state, results).find(({ item }) => item.prompt === state.prompt);
      const wanted = truth.masks.get(state.prompt);
      if (!shown || !wanted || shown.item.hidden) return [];
      return [layer(maskErrors(shown.shape, truth, wanted), MASK_PALETTE, visible(state.layers.masks))];
    }
    case 'attention':
      return [];
  }
}

/** Returns true if errors of the open tab's own layer are drawn. */
export function drawsErrors(state: AppState, results: Results, truth: SampleTruth): boolean {
  const id = RESULT_LAYER[state.task];
  return isVisible(state.layers, id, state.task) && errorLayers(state, results, truth, id).length > 0;
}
