import type { AttentionMaps, RawLayer, RawMapsResult } from '../../engine/results.ts';
import { strideOf } from '../../vpd/attention-spec.ts';
import type { HeatMap } from './heat-map.ts';

/** One head of one cross-attention layer. */
export interface MapSource {
  readonly layer: string;
  readonly head: number;
}

/**
 * What the hot end of a map means: `own`: the map's peak; `shared`: the peak of all words' maps; `words`: 1, with each cell divided by
 * the sum of all words there.
 */
export type MapScale = 'own' | 'shared' | 'words';

/** Returns the layer of a head; undefined if the maps are not computed or the model has no such layer or head. */
export const layerOfHead = (raw: RawMapsResult | undefined, source: MapSource | undefined): RawLayer | undefined =>
  raw?.layers.find(({ path, heads }) => path === source?.layer && source.head < heads);

/** Returns the maps of one head of a layer, as a view of the layer's values. */
export function headMaps(layer: RawLayer, head: number): AttentionMaps {
  const { level, tokens, width, height, coverX, coverY } = layer;
  const size = tokens * width * height;
  return { level, tokens, width, height, coverX, coverY, data: layer.data.subarray(head * size, (head + 1) * size) };
}

/** Name of a layer, as in `up 1/16 · b`: path through the UNet, resolution, and position among the layers of both. */
export function layerName(layers: readonly RawLayer[], layer: RawLayer): string {
  const way = wayOf(layer);
  const alike = layers.filter((each) => each.level === layer.level && wayOf(each) === way);
  const letter = alike.length > 1 ? ` · ${String.fromCharCode(97 + alike.indexOf(layer))}` : '';
  return `${way} 1/${strideOf(layer.level)}${letter}`;
}

const wayOf = ({ path }: RawLayer): string => (path.startsWith('input') ? 'down' : 'up');

/** Divides every cell of the words' maps by the sum over the words there; 0 where that sum is 0. */
export function sharesOf(maps: readonly HeatMap[]): readonly HeatMap[] {
  const [first] = maps;
  if (!first) return [];
  const sums = new Float32Array(first.data.length);
  for (const { data } of maps)
    data.forEach((value, i) => {
      sums[i] = (sums[i] ?? 0) + value;
    });
  return maps.map((map) => {
    const data = map.data.map((value, i) => ((sums[i] ?? 0) > 0 ? value / (sums[i] ?? 1) : 0));
    return { ...map, data, max: data.reduce((high, value) => Math.max(high, value), 0) };
  });
}
