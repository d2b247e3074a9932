import type { RawLayer, RawMapsResult } from '../../../engine/results.ts';
import { headMaps, type MapScale, sharesOf } from '../../attention/head-maps.ts';
import { type HeatMap, meanMap } from '../../attention/heat-map.ts';
import type { WordMap } from './word-maps.ts';

export interface GridCell {
  readonly head: number;
  readonly map: HeatMap;
  /** Weight at the hot end of the thumbnail. */
  readonly high: number;
  /** Mean weight over the photo. */
  readonly mean: number;
}
export interface GridRow {
  readonly layer: RawLayer;
  readonly cells: readonly GridCell[];
}

interface Known {
  readonly key: string;
  readonly rows: readonly GridRow[];
}
const memo = new WeakMap<RawMapsResult, Known>();

/**
 * Builds the grid of one word: its map in every head of every layer. On the shared scale the hot end is the highest peak of all heads; on
 * the scale by words each map is the word's share of all words in that head.
 */
export function gridOf(
  raw: RawMapsResult,
  words: readonly WordMap[],
  word: WordMap,
  scale: MapScale,
): readonly GridRow[] {
  const key = `${word.unit.key} ${scale}`;
  const known = memo.get(raw);
  if (known?.key === key) return known.rows;
  const plain = words.filter(({ unit }) => !unit.special);
  const found = raw.layers.map((layer) => ({
    layer,
    maps: Array.from({ length: layer.heads }, (_, head) => {
      const maps = headMaps(layer, head);
      const at = plain.findIndex(({ unit }) => unit.key === word.unit.key);
      const shares = scale === 'words' && at >= 0 ? sharesOf(plain.map(({ unit }) => meanMap(maps, unit.tokens))) : [];
      return shares[at] ?? meanMap(maps, word.unit.tokens);
    }),
  }));
  const peak = found.reduce((high, { maps }) => maps.reduce((most, { max }) => Math.max(most, max), high), 0);
  const highOf = (map: HeatMap): number => (scale === 'own' ? map.max : scale === 'shared' ? peak : 1);
  const rows = found.map(({ layer, maps }) => ({
    layer,
    cells: maps.map((map, head) => ({ head, map, high: highOf(map), mean: meanOf(map) })),
  }));
  memo.set(raw, { key, rows });
  return rows;
}

const meanOf = ({ data }: HeatMap): number => data.reduce((sum, value) => sum + value, 0) / Math.max(1, data.length);
