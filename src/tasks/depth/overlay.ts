import type { DepthResult } from '../../engine/protocol.ts';
import { colormap } from '../../image/colormap.ts';
import type { FieldLayer, Plane } from '../layer.ts';
import type { DepthView } from './view.ts';

const planes = new WeakMap<DepthResult, Plane>();

/** One plane object per result, so that the stage uploads it once. */
function planeOf(result: DepthResult): Plane {
  const known = planes.get(result);
  if (known) return known;
  const plane = { width: result.width, height: result.height, data: result.metres };
  planes.set(result, plane);
  return plane;
}

/** Metres through the colormap, from the nearest point of the photo to the farthest. */
export function depthLayer(result: DepthResult, view: DepthView): FieldLayer {
  return {
    kind: 'field',
    plane: planeOf(result),
    table: colormap(view.colormap),
    low: view.invert ? result.max : result.min,
    high: view.invert ? result.min : result.max,
    opacity: view.opacity,
    fade: false,
    coverX: 1,
    coverY: 1,
  };
}
