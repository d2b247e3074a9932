import type { AblateResult, RawMapsResult, ReferResult } from '../../engine/protocol.ts';
import { maskColour } from '../../image/palette.ts';
import { resizePlane } from '../../image/resize.ts';
import { heatLayer } from '../attention/overlay.ts';
import type { Layer, Look, MaskLayer } from '../layer.ts';
import { compareShapes } from './masks/compare.ts';
import { DIFFERENCE } from './masks/difference-colours.ts';
import type { MaskItem } from './masks/masks.ts';
import type { MaskShape } from './masks/shape.ts';
import type { ReferView } from './view.ts';
import { type Change, changeOf, changePalette } from './without/change.ts';
import { scaleOf, shownWord, wordMaps } from './words/words.ts';

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
  const { width, height } = result;
  // A result that was kept elsewhere may have another size than what is computed here.
  const same = ablated.width === width && ablated.height === height;
  const after = same
    ? ablated.probability
    : resizePlane(ablated.probability, ablated.width, ablated.height, width, height);
  const change = changeOf(result.probability, after, threshold);
  changes.set(ablated, { threshold, change });
  return change;
}

/** What was computed besides the mask. */
export interface Further {
  readonly raw: RawMapsResult | undefined;
  readonly ablated: AblateResult | undefined;
}

function maskLayer({ item, shape }: ListedMask, outline: boolean, look: Look): MaskLayer {
  return {
    ...look,
    kind: 'mask',
    plane: shape.plane,
    threshold: item.threshold,
    tint: maskColour(item.colour),
    outline,
  };
}

function labelLayer({ shape }: ListedMask, data: Uint8Array, palette: Uint8Array, look: Look): Layer {
  return { ...look, kind: 'labels', plane: { width: shape.width, height: shape.height, data }, palette, highlight: -1 };
}

/** A word under the pointer is a short look, so it goes before what leaving words out changed. */
const showsChange = (view: ReferView, { ablated }: Further) => (view.hovered === undefined ? ablated : undefined);

/** The heat map of the word on show, if there is one. */
export function wordHeat(
  masks: readonly ListedMask[],
  prompt: string,
  view: ReferView,
  further: Further,
  look: Look,
): Layer | undefined {
  const result = masks.find(({ item }) => item.prompt === prompt)?.result;
  if (!result || showsChange(view, further)) return undefined;
  const words = wordMaps(result, view, further.raw);
  const word = shownWord(words, view);
  return word?.map && heatLayer(word.map, scaleOf(words, word, view.scale), look);
}

/**
 * All masks that are not hidden, the one on show (`prompt`) last. With words left out, what that changed below the outline of the mask
 * on show alone; with a comparison, where the two masks differ.
 * @param overHeat Whether a heat map lies below: then the outline of the mask on show is all that does not hide it.
 */
export function referLayers(
  masks: readonly ListedMask[],
  prompt: string,
  view: ReferView,
  further: Further,
  look: Look,
  overHeat: boolean,
): readonly Layer[] {
  const shown = masks.find(({ item }) => item.prompt === prompt);
  const other = masks.find(({ item }) => item.prompt === view.compare);
  const ablated = showsChange(view, further);
  const outlined = !shown || shown.item.hidden ? [] : [maskLayer(shown, view.outline, { ...look, opacity: 0 })];
  if (shown && ablated) {
    const { labels } = changeBy(ablated, shown.result, shown.item.threshold);
    const opacity = Math.max(look.opacity, CHANGE_OPACITY);
    return [labelLayer(shown, labels, CHANGE_PALETTE, { ...look, opacity }), ...outlined];
  }
  if (overHeat) return outlined;
  if (shown && other && other !== shown) {
    const { plane } = compareShapes(shown.shape, other.shape);
    const opacity = Math.max(look.opacity, SHOWS_WHITE);
    return [labelLayer(shown, plane.data, differencePalette, { ...look, opacity })];
  }
  return masks
    .filter(({ item }) => !item.hidden)
    .sort((a, b) => Number(a === shown) - Number(b === shown))
    .map((mask) => maskLayer(mask, view.outline, look));
}
