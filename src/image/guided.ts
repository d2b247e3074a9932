import type { GuidedFilter } from '../vpd/config.ts';
import { linearTaps, resizeToPlanes } from './resize.ts';
import type { RgbImage } from './rgb.ts';

/** A photo's red, green and blue [height,width], 0…1. */
export interface Colours {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly [red: Float32Array, green: Float32Array, blue: Float32Array];
}

/** Returns the photo's colours at a size. */
export function coloursOf(photo: RgbImage, width: number, height: number): Colours {
  const all = resizeToPlanes(photo, width, height);
  for (let i = 0; i < all.length; i++) all[i] = (all[i] ?? 0) / 255;
  const plane = (c: number) => all.subarray(c * width * height, (c + 1) * width * height);
  return { width, height, planes: [plane(0), plane(1), plane(2)] };
}

/** A plane as a linear function of the photo's colours in each window: slopes along red, green and blue, and the offset. */
export interface Fit {
  readonly width: number;
  readonly height: number;
  readonly coefficients: readonly [red: Float32Array, green: Float32Array, blue: Float32Array, offset: Float32Array];
}

/**
 * Returns a function that fits planes [height,width] to the photo's colours at that size. (He, Sun and Tang, Guided Image Filtering, TPAMI
 * 2013, section 3.5, colour guide.)
 */
export function createGuide(colours: Colours, { radius, epsilon }: GuidedFilter): (plane: Float32Array) => Fit {
  const { width, height } = colours;
  const [red, green, blue] = colours.planes;
  const mean = (values: Float32Array) => boxMean(values, width, height, radius);
  const means = [mean(red), mean(green), mean(blue)] as const;
  const inverse = inverseCovariances(colours, means, epsilon, mean);
  return (plane) => {
    const average = mean(plane);
    const [rp, gp, bp] = [mean(product(red, plane)), mean(product(green, plane)), mean(product(blue, plane))];
    const slopes = [
      new Float32Array(plane.length),
      new Float32Array(plane.length),
      new Float32Array(plane.length),
    ] as const;
    const offset = new Float32Array(plane.length);
    for (let i = 0; i < plane.length; i++) {
      const [mr, mg, mb, mp] = [means[0][i] ?? 0, means[1][i] ?? 0, means[2][i] ?? 0, average[i] ?? 0];
      const [c1, c2, c3] = [(rp[i] ?? 0) - mr * mp, (gp[i] ?? 0) - mg * mp, (bp[i] ?? 0) - mb * mp];
      const at = 6 * i;
      const [m11, m12, m13] = [inverse[at] ?? 0, inverse[at + 1] ?? 0, inverse[at + 2] ?? 0];
      const [m22, m23, m33] = [inverse[at + 3] ?? 0, inverse[at + 4] ?? 0, inverse[at + 5] ?? 0];
      const s1 = m11 * c1 + m12 * c2 + m13 * c3;
      const s2 = m12 * c1 + m22 * c2 + m23 * c3;
      const s3 = m13 * c1 + m23 * c2 + m33 * c3;
      slopes[0][i] = s1;
      slopes[1][i] = s2;
      slopes[2][i] = s3;
      offset[i] = mp - s1 * mr - s2 * mg - s3 * mb;
    }
    return { width, height, coefficients: [mean(slopes[0]), mean(slopes[1]), mean(slopes[2]), mean(offset)] };
  };
}

/**
 * Returns the plane of a fit at the size of some colours, of the same photo: its edges are those of the colours. (He and Sun, Fast Guided
 * Filter, arXiv 1505.00996, algorithm 2.)
 */
export function applyFit({ width, height, coefficients }: Fit, colours: Colours): Float32Array {
  const [red, green, blue] = colours.planes;
  const [alongRed, alongGreen, alongBlue, offset] = coefficients;
  const out = new Float32Array(colours.width * colours.height);
  const across = linearTaps(width, colours.width);
  const down = linearTaps(height, colours.height);
  for (let y = 0; y < colours.height; y++) {
    const [upper, lower, v] = [(down.low[y] ?? 0) * width, (down.high[y] ?? 0) * width, down.weight[y] ?? 0];
    for (let x = 0; x < colours.width; x++) {
      const [left, right, u] = [across.low[x] ?? 0, across.high[x] ?? 0, across.weight[x] ?? 0];
      // Four neighbours and their weights, which the coefficients share.
      const [a, b, c, d] = [upper + left, upper + right, lower + left, lower + right];
      const [wa, wb, wc, wd] = [(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v];
      const i = y * colours.width + x;
      out[i] =
        (offset[a] ?? 0) * wa +
        (offset[b] ?? 0) * wb +
        (offset[c] ?? 0) * wc +
        (offset[d] ?? 0) * wd +
        (red[i] ?? 0) *
          ((alongRed[a] ?? 0) * wa + (alongRed[b] ?? 0) * wb + (alongRed[c] ?? 0) * wc + (alongRed[d] ?? 0) * wd) +
        (green[i] ?? 0) *
          ((alongGreen[a] ?? 0) * wa +
            (alongGreen[b] ?? 0) * wb +
            (alongGreen[c] ?? 0) * wc +
            (alongGreen[d] ?? 0) * wd) +
        (blue[i] ?? 0) *
          ((alongBlue[a] ?? 0) * wa + (alongBlue[b] ?? 0) * wb + (alongBlue[c] ?? 0) * wc + (alongBlue[d] ?? 0) * wd);
    }
  }
  return out;
}

const product = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, i) => value * (b[i] ?? 0));

/** Returns each window's inverse of the symmetric matrix Σ + εI of its colours: six numbers, row by row, in double precision. */
function inverseCovariances(
  { planes: [red, green, blue] }: Colours,
  [r, g, b]: readonly [Float32Array, Float32Array, Float32Array],
  epsilon: number,
  mean: (values: Float32Array) => Float32Array,
): Float64Array {
  const [rr, rg, rb] = [mean(product(red, red)), mean(product(red, green)), mean(product(red, blue))];
  const [gg, gb, bb] = [mean(product(green, green)), mean(product(green, blue)), mean(product(blue, blue))];
  const inverse = new Float64Array(6 * red.length);
  for (let i = 0; i < red.length; i++) {
    const [mr, mg, mb] = [r[i] ?? 0, g[i] ?? 0, b[i] ?? 0];
    const a11 = (rr[i] ?? 0) - mr * mr + epsilon;
    const a12 = (rg[i] ?? 0) - mr * mg;
    const a13 = (rb[i] ?? 0) - mr * mb;
    const a22 = (gg[i] ?? 0) - mg * mg + epsilon;
    const a23 = (gb[i] ?? 0) - mg * mb;
    const a33 = (bb[i] ?? 0) - mb * mb + epsilon;
    // The adjugate over the determinant, which is about ε³ at least.
    const [m11, m12, m13] = [a22 * a33 - a23 * a23, a13 * a23 - a12 * a33, a12 * a23 - a13 * a22];
    const [m22, m23, m33] = [a11 * a33 - a13 * a13, a12 * a13 - a11 * a23, a11 * a22 - a12 * a12];
    const determinant = a11 * m11 + a12 * m12 + a13 * m13;
    inverse.set(
      [m11, m12, m13, m22, m23, m33].map((value) => value / determinant),
      6 * i,
    );
  }
  return inverse;
}

/** Returns the mean of every window of a plane; windows at its edges are cut off there. */
export function boxMean(plane: Float32Array, width: number, height: number, radius: number): Float32Array {
  const across = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) slide(plane, across, y * width, 1, width, radius);
  const out = new Float32Array(plane.length);
  for (let x = 0; x < width; x++) slide(across, out, x, width, height, radius);
  return out;
}

/** Writes the means of a line of `count` values, `step` apart. The sum is in double precision: float errors would grow along the line. */
function slide(from: Float32Array, to: Float32Array, start: number, step: number, count: number, radius: number): void {
  let sum = 0;
  for (let i = 0; i < Math.min(radius, count); i++) sum += from[start + i * step] ?? 0;
  for (let i = 0; i < count; i++) {
    const [first, last] = [i - radius, i + radius];
    if (last < count) sum += from[start + last * step] ?? 0;
    to[start + i * step] = sum / (Math.min(last, count - 1) - Math.max(first, 0) + 1);
    if (first >= 0) sum -= from[start + first * step] ?? 0;
  }
}
