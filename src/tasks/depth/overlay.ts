import type { DepthResult } from '../../engine/results.ts';
import { colormap } from '../../image/colormap.ts';
import type { Layer, Look, Raster } from '../layer.ts';
import { knownNormals } from './geometry/normals.ts';
import { rangeOf } from './range.ts';
import type { DepthView } from './view.ts';

const planes = new WeakMap<DepthResult, Raster>();

/** Returns the same plane object for a result, so that the stage uploads it once. */
function planeOf(result: DepthResult): Raster {
  const known = planes.get(result);
  if (known) return known;
  const plane = { width: result.width, height: result.height, data: result.metres };
  planes.set(result, plane);
  return plane;
}

/** Layer of depth in the colormap over the chosen range, or of the surface normals once they are drawn. */
export function depthLayers(result: DepthResult, view: DepthView, look: Look): readonly Layer[] {
  if (view.show === 'normals') {
    const image = knownNormals(result);
    return image ? [{ ...look, kind: 'picture', image }] : [];
  }
  const [near, far] = rangeOf(result, view);
  return [
    {
      ...look,
      kind: 'field',
      plane: planeOf(result),
      table: colormap(view.colormap),
      low: view.invert ? far : near,
      high: view.invert ? near : far,
      fade: false,
      coverX: 1,
      coverY: 1,
      contour: view.contour,
    },
  ];
}
