import type { Plane } from '../../../engine/pipeline.ts';
import { range } from '../../../image/planes.ts';

/** A map over square cells, row-major, from the photo's top left corner; the last cells may extend past the photo's edge. */
export interface CellMap {
  readonly width: number;
  readonly height: number;
  /** Side of a cell in pixels of the network's input. */
  readonly stride: number;
  readonly data: Float32Array;
}

/**
 * Affinity between the cells that the photo covers, f32 [cells,cells]: self-attention without the padding, with rows summing to one.
 * Each weight is first raised to `power`, which suppresses small weights.
 * @param self f32 [N,N], self-attention of the padded input's cells, which have `columns` to a row
 */
export function affinityOf(
  self: Plane,
  columns: number,
  { width, height }: Pick<CellMap, 'width' | 'height'>,
  power: number,
): Float32Array {
  const all = self.dims[1] ?? 0;
  const cells = width * height;
  const place = (cell: number): number => Math.floor(cell / width) * columns + (cell % width);
  const affinity = new Float32Array(cells * cells);
  for (let i = 0; i < cells; i++) {
    const row = place(i) * all;
    let sum = 0;
    for (let j = 0; j < cells; j++) {
      const value = (self.data[row + place(j)] ?? 0) ** power;
      affinity[i * cells + j] = value;
      sum += value;
    }
    for (let j = 0; j < cells; j++) affinity[i * cells + j] = (affinity[i * cells + j] ?? 0) / (sum || 1);
  }
  return affinity;
}

/**
 * Random walk with restarts: in each of `times` steps a cell takes `share` of the affinity-weighted mean of all cells, and the rest of its
 * own initial value. Without restarts, a diffuse matrix would level out all values.
 */
export function spread(map: Float32Array, affinity: Float32Array, times: number, share: number): Float32Array {
  let from = map;
  for (let step = 0; step < times; step++) {
    const to = new Float32Array(from.length);
    for (let i = 0; i < to.length; i++) {
      let sum = 0;
      for (let j = 0; j < to.length; j++) sum += (affinity[i * to.length + j] ?? 0) * (from[j] ?? 0);
      to[i] = share * sum + (1 - share) * (map[i] ?? 0);
    }
    from = to;
  }
  return from;
}

/** Rescales values to 0…1; all 0 if all are equal. */
export function normalised(values: Float32Array): Float32Array {
  const [low, high] = range(values);
  return values.map((value) => (high > low ? (value - low) / (high - low) : 0));
}

/**
 * Resamples a map to another grid over the same photo, whose cells are `stepX` × `stepY` pixels of the network's input: bilinear between
 * the centres of cells, with repeated edges.
 */
export function resampled(map: CellMap, width: number, height: number, stepX: number, stepY: number): Float32Array {
  const across = taps(map.width, width, stepX / map.stride);
  const down = taps(map.height, height, stepY / map.stride);
  const out = new Float32Array(width * height);
  for (const [y, { low: top, high: bottom, share: v }] of down.entries())
    for (const [x, { low, high, share: u }] of across.entries()) {
      const at = (row: number, column: number): number => map.data[row * map.width + column] ?? 0;
      out[y * width + x] =
        (at(top, low) * (1 - u) + at(top, high) * u) * (1 - v) + (at(bottom, low) * (1 - u) + at(bottom, high) * u) * v;
    }
  return out;
}

/** The two source cells of each target cell along one axis, and the share of the second. */
function taps(from: number, to: number, step: number) {
  return Array.from({ length: to }, (_, i) => {
    const place = Math.min(from - 1, Math.max(0, (i + 0.5) * step - 0.5));
    const low = Math.floor(place);
    return { low, high: Math.min(low + 1, from - 1), share: place - low };
  });
}
