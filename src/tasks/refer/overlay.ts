import type { AblateResult, RawMapsResult, ReferResult } from '../../engine/protocol.ts';
import { colormap } from '../../image/colormap.ts';
import { heatLayer } from '../attention/overlay.ts';
import type { Layer, MaskLayer } from '../layer.ts';
import { type Change, changeOf, changePalette } from './change.ts';
import { DIFFERENCE, maskColour } from './colour.ts';
import { compareShapes } from './compare.ts';
import type { MaskItem } from './masks.ts';
import type { MaskShape } from './shape.ts';
import type { ReferView } from './view.ts';
import { scaleOf, shownWord, wordMaps } from './words.ts';

const HEAT_OPACITY = 0.85;
const CHANGE_OPACITY = 0.85;
/** Below this, white over a light wall is not seen. */
const SHOWS_WHITE = 0.6;

/** A mask of the list with what it is made of. */
export interface ListedMask {
  readonly item: MaskItem;
  readonly result: ReferResult;
  readonly shape: MaskShape;
}

const differencePalette = new Uint8Array(4 * 256);
for (const [value, colour] of Object.entries(DIFFERENCE)) differencePalette.set([...colour, 255], 4 * Number(value));

const CHANGE_PALETTE = changePalette();
const changes = new WeakMap<AblateResult, { readonly threshold: number; readonly change: Change }>();

/** What leaving words out changed, counted once per threshold. */
export function changeBy(ablated: AblateResult, result: ReferResult, threshold: number): Change {
  const known = changes.get(ablated);
  if (known?.threshold === threshold) return known.change;
  const change = changeOf(result.probability, ablated.probability, threshold);
  changes.set(ablated, { threshold, change });
  return change;
}

/** What was computed besides the mask. */
export interface Further {
  readonly raw: RawMapsResult | undefined;
  readonly ablated: AblateResult | undefined;
}

/** What was computed besides the mask. */
export interface Further {
  readonly raw: RawMapsResult | undefined;
  readonly ablated: AblateResult | undefined;
}

function maskLayer({ item, shape }: ListedMask, opacity: number, outline: boolean): MaskLayer {
  return {
    kind: 'mask',
    plane: shape.plane,
    threshold: item.threshold,
    tint: maskColour(item.colour),
    opacity,
    outline,
  };
}

function labelLayer(
  { shape: { width, height } }: ListedMask,
  data: Uint8Array,
  palette: Uint8Array,
  opacity: number,
): Layer {
  return { kind: 'labels', plane: { width, height, data }, palette, opacity, highlight: -1 };
}

/** What stands in the mask's place, if anything does: what leaving words out changed, or a word's heat map. */
function insteadOf(shown: ListedMask, view: ReferView, { raw, ablated }: Further): Layer | undefined {
  const { result, item } = shown;
  // A word under the pointer is a short look, so it goes before the rest.
  if (ablated && view.hovered === undefined)
    return labelLayer(shown, changeBy(ablated, result, item.threshold).labels, CHANGE_PALETTE, CHANGE_OPACITY);
  const words = wordMaps(result, view, raw);
  const word = shownWord(words, view);
  return word?.map && heatLayer(word.map, scaleOf(words, word, view.scale), colormap('inferno'), HEAT_OPACITY);
}

/**
 * All masks that are not hidden, the one on show (`prompt`) last. With words left out, what that changed below the outline of the mask
 * on show alone; with a word on show, its heat map there; with a comparison, where the two masks differ.
 */
export function referLayers(
  masks: readonly ListedMask[],
  prompt: string,
  view: ReferView,
  further: Further,
): readonly Layer[] {
  const shown = masks.find(({ item }) => item.prompt === prompt);
  const other = masks.find(({ item }) => item.prompt === view.compare);
  const instead = shown && insteadOf(shown, view, further);
  if (shown && instead) return [instead, ...(shown.item.hidden ? [] : [maskLayer(shown, 0, view.outline)])];
  if (shown && other && other !== shown) {
    const { plane } = compareShapes(shown.shape, other.shape);
    return [labelLayer(shown, plane.data, differencePalette, Math.max(view.opacity, SHOWS_WHITE))];
  }
  return masks
    .filter(({ item }) => !item.hidden)
    .sort((a, b) => Number(a === shown) - Number(b === shown))
    .map((mask) => maskLayer(mask, view.opacity, view.outline));
}
