import type { ReferResult } from '../../engine/protocol.ts';
import { colormap } from '../../image/colormap.ts';
import { heatLayer } from '../attention/overlay.ts';
import type { Layer, Plane } from '../layer.ts';
import type { ReferView } from './view.ts';
import { scaleOf, shownWord, wordMaps } from './words.ts';

const HEAT_OPACITY = 0.85;
const planes = new WeakMap<ReferResult, Plane>();

function planeOf(result: ReferResult): Plane {
  const known = planes.get(result);
  if (known) return known;
  const plane = { width: result.width, height: result.height, data: result.probability };
  planes.set(result, plane);
  return plane;
}

/** The mask; with a word on show, its heat map below the mask's outline alone. */
export function referLayers(result: ReferResult, view: ReferView): readonly Layer[] {
  const words = wordMaps(result, view);
  const shown = shownWord(words, view);
  const mask: Layer = {
    kind: 'mask',
    plane: planeOf(result),
    threshold: view.threshold,
    opacity: shown ? 0 : view.opacity,
    outline: view.outline,
  };
  if (!shown?.map) return [mask];
  return [heatLayer(shown.map, scaleOf(words, shown, view.shared), colormap('inferno'), HEAT_OPACITY), mask];
}
