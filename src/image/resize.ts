import { VpdError } from '../errors.ts';
import type { RgbImage } from './rgb.ts';

/** Weights of one output sample over the input samples start, start+1, … */
interface Taps {
  readonly start: number;
  readonly weights: Float32Array;
}

/** Triangle filter whose support grows with the reduction, like PIL's BILINEAR and torch's `antialias=True` (aten UpSampleKernel). */
function triangleTaps(from: number, to: number): Taps[] {
  const scale = from / to;
  const support = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const center = scale * (i + 0.5);
    const start = Math.max(Math.trunc(center - support + 0.5), 0);
    const end = Math.min(Math.trunc(center + support + 0.5), from);
    const weights = new Float32Array(end - start);
    let total = 0;
    for (let j = 0; j < weights.length; j++) {
      const weight = Math.max(0, 1 - Math.abs(start + j + 0.5 - center) / support);
      weights[j] = weight;
      total += weight;
    }
    for (let j = 0; j < weights.length; j++) weights[j] = (weights[j] ?? 0) / total;
    return { start, weights };
  });
}

/**
 * Antialiased bilinear resize of a photo to f32 planes [3,height,width] (R, G, B), 0…255, without intermediate rounding.
 * Equals torch `interpolate(mode='bilinear', antialias=True, align_corners=False)` up to float rounding; PIL rounds to bytes.
 */
export function resizeToPlanes(image: RgbImage, width: number, height: number): Float32Array {
  const out = new Float32Array(3 * width * height);
  const across = triangleTaps(image.width, width);
  const down = triangleTaps(image.height, height);
  const row = new Float32Array(3 * width);
  // Each row is resized and added to the output rows that use it, so that no intermediate picture is kept in memory.
  let first = 0;
  for (let y = 0; y < image.height; y++) {
    resizeRow(image, y, across, row);
    while (first < height && endOf(down[first]) <= y) first++;
    for (let o = first; o < height; o++) {
      const taps = down[o];
      if (!taps || taps.start > y) break;
      const weight = taps.weights[y - taps.start] ?? 0;
      for (let c = 0; c < 3; c++) {
        const at = (c * height + o) * width;
        for (let x = 0; x < width; x++) out[at + x] = (out[at + x] ?? 0) + weight * (row[c * width + x] ?? 0);
      }
    }
  }
  return out;
}

const endOf = (taps: Taps | undefined) => (taps ? taps.start + taps.weights.length : 0);

function resizeRow({ width, data }: RgbImage, y: number, across: readonly Taps[], row: Float32Array): void {
  const to = across.length;
  for (let x = 0; x < to; x++) {
    const taps = across[x];
    if (!taps) continue;
    let at = (y * width + taps.start) * 3;
    let r = 0;
    let g = 0;
    let b = 0;
    for (const weight of taps.weights) {
      r += weight * (data[at] ?? 0);
      g += weight * (data[at + 1] ?? 0);
      b += weight * (data[at + 2] ?? 0);
      at += 3;
    }
    row[x] = r;
    row[to + x] = g;
    row[2 * to + x] = b;
  }
}

/**
 * Bilinear resize of one plane [height,width] to [toHeight,toWidth], half-pixel centres, edges repeated, no antialiasing: torch
 * `interpolate(mode='bilinear', align_corners=False)`. Used where results do not follow the photo's edges (enlarge.ts).
 * @throws VpdError bad-request
 */
export function resizePlane(
  plane: Float32Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
): Float32Array {
  if (plane.length < width * height || Math.min(width, height, toWidth, toHeight) < 1)
    throw new VpdError(
      'bad-request',
      `A plane of ${plane.length} values cannot be resized from ${width}×${height} to ${toWidth}×${toHeight}; sizes must be positive and match the values.`,
    );
  if (width === toWidth && height === toHeight) return plane.slice(0, width * height);
  const out = new Float32Array(toWidth * toHeight);
  const across = linearTaps(width, toWidth);
  const down = linearTaps(height, toHeight);
  for (let y = 0; y < toHeight; y++) {
    const upper = (down.low[y] ?? 0) * width;
    const lower = (down.high[y] ?? 0) * width;
    const v = down.weight[y] ?? 0;
    for (let x = 0; x < toWidth; x++) {
      const left = across.low[x] ?? 0;
      const right = across.high[x] ?? 0;
      const u = across.weight[x] ?? 0;
      const top = (plane[upper + left] ?? 0) * (1 - u) + (plane[upper + right] ?? 0) * u;
      const bottom = (plane[lower + left] ?? 0) * (1 - u) + (plane[lower + right] ?? 0) * u;
      out[y * toWidth + x] = top * (1 - v) + bottom * v;
    }
  }
  return out;
}

/** Returns, for each of `to` samples, the two of `from` samples between which it lies, and the weight of the second. */
export function linearTaps(from: number, to: number) {
  const low = new Int32Array(to);
  const high = new Int32Array(to);
  const weight = new Float32Array(to);
  for (let i = 0; i < to; i++) {
    const at = Math.max(((i + 0.5) * from) / to - 0.5, 0);
    low[i] = Math.floor(at);
    high[i] = Math.min(Math.floor(at) + 1, from - 1);
    weight[i] = at - Math.floor(at);
  }
  return { low, high, weight };
}
