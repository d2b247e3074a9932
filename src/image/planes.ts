/** Arithmetic on planes: `planes[(k · pixels) + i]`, k = class or token, row-major pixels. */

/** Probability of the second of two planes of logits: softmax, i.e. the sigmoid of their difference. 0…1 per pixel. */
export function softmax2(logits: Float32Array, pixels: number): Float32Array {
  const probability = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) probability[i] = 1 / (1 + Math.exp((logits[i] ?? 0) - (logits[pixels + i] ?? 0)));
  return probability;
}

/** Least and greatest finite value; [0, 0] if there is none. */
export function range(plane: Float32Array): readonly [min: number, max: number] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of plane)
    if (Number.isFinite(value)) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  return min <= max ? [min, max] : [0, 0];
}

/** Resizes labels [height,width] by the nearest pixel (half-pixel centres). */
export function resizeLabels(
  labels: Uint8Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
): Uint8Array {
  const out = new Uint8Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    const row = Math.floor(((y + 0.5) * height) / toHeight) * width;
    for (let x = 0; x < toWidth; x++)
      out[y * toWidth + x] = labels[row + Math.floor(((x + 0.5) * width) / toWidth)] ?? 0;
  }
  return out;
}
