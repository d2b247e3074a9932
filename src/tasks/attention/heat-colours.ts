import { applyColormap, colormap } from '../../image/colormap.ts';
import { resizePlane } from '../../image/resize.ts';
import type { HeatMap } from './heat-map.ts';

/** Colours a heat map over a whole photo of `width`×`height` px, in RGB bytes: inferno from 0 to `high`. */
export function heatColours(
  map: Omit<HeatMap, 'max'>,
  high: number,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  // The last cells extend past the photo: enlarge the whole map, then keep the part that the photo covers.
  const wide = Math.max(width, Math.round(width / map.coverX));
  const tall = Math.max(height, Math.round(height / map.coverY));
  const large = resizePlane(map.data, map.width, map.height, wide, tall);
  const covered = new Float32Array(width * height);
  for (let y = 0; y < height; y++) covered.set(large.subarray(y * wide, y * wide + width), y * width);
  return applyColormap(covered, [0, high], colormap('inferno'));
}
