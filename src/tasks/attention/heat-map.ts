import type { AttentionMaps } from '../../engine/results.ts';
import { strideOf } from '../../vpd/attention-spec.ts';
import type { Raster } from '../layer.ts';

/** A heat map over the photo: attention weights averaged over heads, over the layers of one resolution, and over a unit's tokens. */
export interface HeatMap extends Raster {
  readonly max: number;
  readonly coverX: number;
  readonly coverY: number;
}

/** Averages the tokens' maps. Tokens without a map (the prompt was cut) are ignored; all values are 0 if none is left. */
export function meanMap(maps: AttentionMaps, tokens: readonly number[]): HeatMap {
  const { width, height, coverX, coverY } = maps;
  const size = width * height;
  const data = new Float32Array(size);
  const used = tokens.filter((token) => token >= 0 && token < maps.tokens);
  for (const token of used) {
    const map = maps.data.subarray(token * size, (token + 1) * size);
    map.forEach((value, i) => {
      data[i] = (data[i] ?? 0) + value / used.length;
    });
  }
  const max = data.reduce((highest, value) => Math.max(highest, value), 0);
  return { width, height, data, max, coverX, coverY };
}

/** Index of the cell at a point of the photo; `u` and `v` in [0, 1). */
export function cellAt(
  maps: { readonly width: number; readonly height: number; readonly coverX: number; readonly coverY: number },
  u: number,
  v: number,
): number {
  const x = Math.min(maps.width - 1, Math.floor(u * maps.coverX * maps.width));
  const y = Math.min(maps.height - 1, Math.floor(v * maps.coverY * maps.height));
  return y * maps.width + x;
}

/** Mean weight of the tokens at a point of the photo; `u` and `v` in [0, 1). */
export function weightAt(maps: AttentionMaps, tokens: readonly number[], u: number, v: number): number {
  const cell = cellAt(maps, u, v);
  const size = maps.width * maps.height;
  let sum = 0;
  let count = 0;
  for (const token of tokens) {
    const value = maps.data[token * size + cell];
    if (token < 0 || token >= maps.tokens || value === undefined) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : 0;
}

/** Resolution of a level's maps, as in `1/16 · 16 × 12`. */
export function levelName(maps: AttentionMaps): string {
  return `1/${strideOf(maps.level)} · ${maps.width} × ${maps.height}`;
}

/** Returns the maps of a UNet level, or those of the finest level. */
export function mapsOfLevel(all: readonly AttentionMaps[], level: number | undefined): AttentionMaps | undefined {
  return all.find((maps) => maps.level === level) ?? [...all].sort((a, b) => a.level - b.level)[0];
}
