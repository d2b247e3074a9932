import type { Plane } from '../engine/pipeline.ts';
import type { AttentionMaps, RawLayer } from '../engine/results.ts';
import type { Geometry } from '../image/fit.ts';
import { strideOf } from '../vpd/attention-spec.ts';

/** Size in cells of the part of a level that the photo covers; the padded input has `rows` × `columns`. */
function cellsOf(level: number, rows: number, columns: number, { resized }: Geometry) {
  const stride = strideOf(level);
  const width = Math.min(columns, Math.ceil(resized.w / stride));
  const height = Math.min(rows, Math.ceil(resized.h / stride));
  return { width, height, coverX: resized.w / (width * stride), coverY: resized.h / (height * stride) };
}

/**
 * Crops the averaged cross-attention maps of a single-window run to the cells that the photo covers.
 * @param outputs The network's outputs; `maps{level}` are f32 [tokens, H/8/2^level, W/8/2^level] of the padded input.
 */
export function croppedMaps(outputs: ReadonlyMap<string, Plane>, geometry: Geometry): readonly AttentionMaps[] {
  const maps: AttentionMaps[] = [];
  for (const [name, { dims, data }] of outputs) {
    const level = /^maps(\d+)$/.exec(name)?.[1];
    const [tokens = 0, rows = 0, columns = 0] = dims;
    if (level === undefined) continue;
    const cells = cellsOf(Number(level), rows, columns, geometry);
    maps.push({
      level: Number(level),
      tokens,
      ...cells,
      data: crop(data, tokens, rows, columns, cells.height, cells.width),
    });
  }
  return maps.sort((a, b) => a.level - b.level);
}

/**
 * Crops one layer's maps to the cells that the photo covers, as f32 [heads, tokens, height, width].
 * @param probabilities f32 [heads, rows·columns, T] of the padded input
 * @param tokens number of tokens to keep, from the first
 */
export function croppedLayer(
  path: string,
  level: number,
  probabilities: Plane,
  tokens: number,
  geometry: Geometry,
): RawLayer {
  const [heads = 0, , all = 0] = probabilities.dims;
  const stride = strideOf(level);
  const [rows, columns] = [geometry.padded.h / stride, geometry.padded.w / stride];
  const cells = cellsOf(level, rows, columns, geometry);
  const { width, height } = cells;
  const data = new Float32Array(heads * tokens * height * width);
  let to = 0;
  for (let head = 0; head < heads; head++)
    for (let token = 0; token < tokens; token++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          data[to++] = probabilities.data[((head * rows + y) * columns + x) * all + token] ?? 0;
  return { path, level, heads, tokens, ...cells, data };
}

function crop(
  data: Float32Array,
  planes: number,
  rows: number,
  columns: number,
  height: number,
  width: number,
): Float32Array {
  if (rows === height && columns === width) return data;
  const out = new Float32Array(planes * height * width);
  for (let p = 0; p < planes; p++)
    for (let y = 0; y < height; y++) {
      const from = (p * rows + y) * columns;
      out.set(data.subarray(from, from + width), (p * height + y) * width);
    }
  return out;
}
