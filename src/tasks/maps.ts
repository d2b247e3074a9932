import type { Plane } from '../engine/pipeline.ts';
import type { AttentionMaps } from '../engine/protocol.ts';
import type { Geometry } from '../image/fit.ts';

/** The network's first level runs at 1/8 of the input, each next one at half of that. */
const FINEST_STRIDE = 8;

/**
 * The averaged cross-attention maps of a single-window run, cropped to the cells that the photo touches.
 * @param outputs The network's outputs; `maps{level}` are f32 [tokens, H/8/2^level, W/8/2^level] of the padded input.
 */
export function croppedMaps(outputs: ReadonlyMap<string, Plane>, { resized }: Geometry): readonly AttentionMaps[] {
  const maps: AttentionMaps[] = [];
  for (const [name, { dims, data }] of outputs) {
    const level = /^maps(\d+)$/.exec(name)?.[1];
    const [tokens = 0, rows = 0, columns = 0] = dims;
    if (level === undefined) continue;
    const stride = FINEST_STRIDE * 2 ** Number(level);
    const width = Math.min(columns, Math.ceil(resized.w / stride));
    const height = Math.min(rows, Math.ceil(resized.h / stride));
    maps.push({
      level: Number(level),
      tokens,
      width,
      height,
      data: crop(data, tokens, rows, columns, height, width),
      coverX: resized.w / (width * stride),
      coverY: resized.h / (height * stride),
    });
  }
  return maps.sort((a, b) => a.level - b.level);
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
