import type { AttentionMaps } from '../../engine/protocol.ts';
import { strideOf } from '../../vpd/attention-spec.ts';
import type { Raster } from '../layer.ts';

/** A heat map over the photo: attention weights averaged over heads, layers of one resolution, and the unit's tokens. */
export interface HeatMap extends Raster {
  readonly max: number;
  readonly coverX: number;
  readonly coverY: number;
}

/** The mean of the tokens' maps. Tokens beyond the maps (a prompt that was cut) do not count; without any left, all zero. */
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

/** Index of the cell under a point of the photo; `u` and `v` in [0, 1). */
export function cellAt(
  maps: { readonly width: number; readonly height: number; readonly coverX: number; readonly coverY: number },
  u: number,
  v: number,
): number {
  const x = Math.min(maps.width - 1, Math.floor(u * maps.coverX * maps.width));
  const y = Math.min(maps.height - 1, Math.floor(v * maps.coverY * maps.height));
  return y * maps.width + x;
}

/** The unit's weight at a point of the photo: the mean over its tokens. */
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

/** `1/16 · 16 × 12`: how fine a map of this level is. */
export function levelName(maps: AttentionMaps): string {
  return `1/${strideOf(maps.level)} · ${maps.width} × ${maps.height}`;
}

/** The maps of one UNet level, or the finest there are. */
export function mapsOfLevel(all: readonly AttentionMaps[], level: number | undefined): AttentionMaps | undefined {
  return all.find((maps) => maps.level === level) ?? [...all].sort((a, b) => a.level - b.level)[0];
}
