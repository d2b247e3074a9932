import type { AblateResult, RawMapsResult, ReferResult } from '../../engine/protocol.ts';
import { colormap } from '../../image/colormap.ts';
import { heatLayer } from '../attention/overlay.ts';
import type { Layer, Plane } from '../layer.ts';
import { type Change, changeOf, changePalette } from './change.ts';
import type { ReferView } from './view.ts';
import { scaleOf, shownWord, wordMaps } from './words.ts';

const HEAT_OPACITY = 0.85;
const CHANGE_OPACITY = 0.85;
const planes = new WeakMap<ReferResult, Plane>();

function planeOf(result: ReferResult): Plane {
  const known = planes.get(result);
  if (known) return known;
  const plane = { width: result.width, height: result.height, data: result.probability };
  planes.set(result, plane);
  return plane;
}

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

/**
 * The mask; with a word on show, its heat map below the mask's outline alone; with words left out, what that changed. A word under the
 * pointer is a short look, so it goes before the rest.
 */
export function referLayers(result: ReferResult, view: ReferView, { raw, ablated }: Further): readonly Layer[] {
  const words = wordMaps(result, view, raw);
  const shown = shownWord(words, view);
  const mask: Layer = {
    kind: 'mask',
    plane: planeOf(result),
    threshold: view.threshold,
    opacity: shown ? 0 : view.opacity,
    outline: view.outline,
  };
  if (ablated && view.hovered === undefined) {
    const { labels } = changeBy(ablated, result, view.threshold);
    const plane = { width: result.width, height: result.height, data: labels };
    const change: Layer = { kind: 'labels', plane, palette: CHANGE_PALETTE, opacity: CHANGE_OPACITY, highlight: -1 };
    return [change, { ...mask, opacity: 0 }];
  }
  if (!shown?.map) return [mask];
  return [heatLayer(shown.map, scaleOf(words, shown, view.scale), colormap('inferno'), HEAT_OPACITY), mask];
}
