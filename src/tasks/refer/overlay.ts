import type { AblateResult, RawMapsResult, ReferResult } from '../../engine/results.ts';
import { maskColour } from '../../image/palette.ts';
import { resizePlane } from '../../image/resize.ts';
import { heatLayer } from '../attention/overlay.ts';
import { CHANGE_OPACITY, type Layer, type Look, type MaskLayer } from '../layer.ts';
import { type Change, changeOf, changePalette } from './ablation/change.ts';
import { compareShapes } from './masks/compare.ts';
import { DIFFERENCE } from './masks/difference-colours.ts';
import type { MaskItem } from './masks/masks.ts';
import type { MaskShape } from './masks/shape.ts';
import type { ReferView } from './view.ts';
import { scaleOf, shownWord, wordMaps } from './words/word-maps.ts';

/** Least opacity of a comparison: below this, white over a light wall is not visible. */
const COMPARISON_OPACITY = 0.6;

/** Least opacity of the mask whose row is under the pointer, and the factor of the opacities of the others. */
const HOVERED_OPACITY = 0.7;
const FAINT = 0.25;

/** A mask of the list with its result and pixels. */
export interface ListedMask {
  readonly item: MaskItem;
  readonly result: ReferResult;
  readonly shape: MaskShape;
}

const differencePalette = new Uint8Array(4 * 256);
for (const [value, colour] of Object.entries(DIFFERENCE)) differencePalette.set([...colour, 255], 4 * Number(value));

const CHANGE_PALETTE = changePalette();
/** The last change of each ablation, and what it was computed from. */
const changes = new WeakMap<
  AblateResult,
  { readonly result: ReferResult; readonly threshold: number; readonly change: Change }
>();

/** What leaving words out changed in a result's mask; computed once per result and threshold. */
export function ablationChange(ablated: AblateResult, result: ReferResult, threshold: number): Change {
  const known = changes.get(ablated);
  if (known?.result === result && known.threshold === threshold) return known.change;
  const { width, height } = result;
  // A result from a session or a report may have another size than what is computed here.
  const same = ablated.width === width && ablated.height === height;
  const after = same
    ? ablated.probability
    : resizePlane(ablated.probability, ablated.width, ablated.height, width, height);
  const change = changeOf(result.probability, after, threshold);
  changes.set(ablated, { result, threshold, change });
  return change;
}

/** Results that were computed in addition to the mask. */
export interface ExtraResults {
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
  const plane = { width: shape.width, height: shape.height, data };
  return { ...look, kind: 'labels', of: 'difference', plane, palette, highlight: -1 };
}

/** The ablation to show: none while the pointer is over a word, whose map is shown instead. */
const shownAblation = (view: ReferView, { ablated }: ExtraResults) =>
  view.hovered === undefined ? ablated : undefined;

/** Layer of the shown word's heat map, if there is one. */
export function wordHeat(
  masks: readonly ListedMask[],
  prompt: string,
  view: ReferView,
  extra: ExtraResults,
  look: Look,
): Layer | undefined {
  const result = masks.find(({ item }) => item.prompt === prompt)?.result;
  if (!result || shownAblation(view, extra)) return undefined;
  const words = wordMaps(result, view, extra.raw);
  const word = shownWord(words, view);
  return word?.map && heatLayer(word.map, scaleOf(words, word, view.scale), look);
}

/** While the pointer is over a row of the list, that mask is drawn stronger and the others fainter. */
function highlighted(mask: ListedMask, hovered: ListedMask | undefined, look: Look): Look {
  if (!hovered) return look;
  return { ...look, opacity: mask === hovered ? Math.max(look.opacity, HOVERED_OPACITY) : look.opacity * FAINT };
}

/** What is drawn, with the masks that this needs. */
type Drawing =
  /** What leaving words out changed, and the outline of the shown mask. */
  | { readonly kind: 'change'; readonly shown: ListedMask; readonly ablated: AblateResult }
  /** The outline of the shown mask over a heat map, so as not to hide it. */
  | { readonly kind: 'outline' }
  /** Where the shown mask and another one differ. */
  | { readonly kind: 'comparison'; readonly shown: ListedMask; readonly other: ListedMask }
  /** The masks that are not hidden. */
  | { readonly kind: 'masks'; readonly drawn: readonly ListedMask[] };

/**
 * Returns what `referLayers` draws.
 * @param prompt that of the shown mask
 * @param overHeat whether a heat map lies below
 */
export function drawingOf(
  masks: readonly ListedMask[],
  prompt: string,
  view: ReferView,
  extra: ExtraResults,
  overHeat: boolean,
): Drawing {
  const shown = masks.find(({ item }) => item.prompt === prompt);
  const other = masks.find(({ item }) => item.prompt === view.compare);
  const ablated = shownAblation(view, extra);
  if (shown && ablated) return { kind: 'change', shown, ablated };
  if (overHeat) return { kind: 'outline' };
  if (shown && other && other !== shown) return { kind: 'comparison', shown, other };
  return { kind: 'masks', drawn: masks.filter(({ item }) => !item.hidden) };
}

/** Layers of the masks as `drawingOf` says; of several masks, the shown one or the one hovered in the list last. */
export function referLayers(
  masks: readonly ListedMask[],
  prompt: string,
  view: ReferView,
  extra: ExtraResults,
  look: Look,
  overHeat: boolean,
): readonly Layer[] {
  const shown = masks.find(({ item }) => item.prompt === prompt);
  const outlined = !shown || shown.item.hidden ? [] : [maskLayer(shown, view.outline, { ...look, opacity: 0 })];
  const drawing = drawingOf(masks, prompt, view, extra, overHeat);
  switch (drawing.kind) {
    case 'change': {
      const { labels } = ablationChange(drawing.ablated, drawing.shown.result, drawing.shown.item.threshold);
      const opacity = Math.max(look.opacity, CHANGE_OPACITY);
      return [labelLayer(drawing.shown, labels, CHANGE_PALETTE, { ...look, opacity }), ...outlined];
    }
    case 'outline':
      return outlined;
    case 'comparison': {
      const { plane } = compareShapes(drawing.shown.shape, drawing.other.shape);
      const opacity = Math.max(look.opacity, COMPARISON_OPACITY);
      return [labelLayer(drawing.shown, plane.data, differencePalette, { ...look, opacity })];
    }
    case 'masks': {
      const hovered = drawing.drawn.find(({ item }) => item.prompt === view.hoveredMask);
      const top = hovered ?? shown;
      return [...drawing.drawn]
        .sort((a, b) => Number(a === top) - Number(b === top))
        .map((mask) => maskLayer(mask, view.outline, highlighted(mask, hovered, look)));
    }
  }
}
