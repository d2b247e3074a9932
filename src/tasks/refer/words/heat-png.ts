import { encodePng8 } from '../../../image/formats/png.ts';
import { heatColours } from '../../attention/heat-colours.ts';
import type { HeatMap } from '../../attention/heat-map.ts';

/** Encodes a heat map over the whole photo as an RGB PNG: inferno from 0 to `high`, as a text chunk states. */
export function encodeHeatPng(
  word: string,
  map: HeatMap,
  high: number,
  size: { readonly width: number; readonly height: number },
): Uint8Array {
  return encodePng8(heatColours(map, high, size), size.width, size.height, 'rgb', {
    Description: `Attention of "${word}", inferno from 0 to ${high}`,
    Software: 'VPD workbench',
  });
}
