import { colormap } from '../../image/colormap.ts';
import type { FieldLayer, Look } from '../layer.ts';
import type { HeatMap } from './heat-map.ts';

/** Least weight at the hot end, even on a map's own scale: a map of noise alone must not look like a finding. */
const SMALLEST_SCALE = 1e-4;

/** Layer of a word's heat map; `high` is the weight at the hot end. */
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
