import { applyColormap, colormap } from '../../image/colormap.ts';
import { encodePng8 } from '../../image/png.ts';
import { resizePlane } from '../../image/resize.ts';
import type { HeatMap } from '../attention/map.ts';

/** A heat map over the whole photo as an RGB PNG: inferno from 0 to `high`, which a text chunk states. */
export function encodeHeatPng(
  word: string,
  map: HeatMap,
  high: number,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  // The last cells reach beyond the photo: enlarge the whole map, then keep the part that the photo covers.
  const wide = Math.max(width, Math.round(width / map.coverX));
  const tall = Math.max(height, Math.round(height / map.coverY));
  const large = resizePlane(map.data, map.width, map.height, wide, tall);
  const covered = new Float32Array(width * height);
  for (let y = 0; y < height; y++) covered.set(large.subarray(y * wide, y * wide + width), y * width);
  return encodePng8(applyColormap(covered, [0, high], colormap('inferno')), width, height, 'rgb', {
    // PNG's tEXt is Latin-1.
    Description: `Attention of "${word.replaceAll(/[^\x20-\x7e]/g, '?')}", inferno from 0 to ${high}`,
    Software: 'VPD workbench',
  });
}
