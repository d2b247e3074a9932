import { colormap } from '../../image/colormap.ts';
import type { FieldLayer, Look } from '../layer.ts';
import type { HeatMap } from './map.ts';

/** Weights below this are drawn as nothing even on a map's own scale: a uniform map of noise must not look like a finding. */
const SMALLEST_SCALE = 1e-4;

/** A word's heat map; `high` is the weight at the hot end. */
export function heatLayer(map: HeatMap, high: number, look: Look): FieldLayer {
  return {
    ...look,
    kind: 'field',
    plane: map,
    table: colormap('inferno'),
    low: 0,
    high: Math.max(high, SMALLEST_SCALE),
    fade: true,
    coverX: map.coverX,
    coverY: map.coverY,
  };
}
