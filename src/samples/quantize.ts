/** Quantization of the samples' planes to bytes, too fine to be seen or to move a mask's edge. */

/** Even, so that P = ½, the edge of the mask, is represented exactly. */
const STEPS = 254;
/** P of byte 0, and 1 − P of byte STEPS: not 0, so that logits are finite, but below any threshold that a user can set. */
const CERTAIN = 1 / (4 * STEPS);

/** Packs differences of the two logits (inside − outside) into bytes, uniform in P(inside), like the threshold; 127 is P = ½. */
export const packLogits = (differences: Float32Array): Uint8Array =>
  Uint8Array.from(sigmoid(differences), (p) => Math.round(p * STEPS));

/** Unpacks the bytes of `packLogits`. */
export const unpackLogits = (bytes: Uint8Array): Float32Array =>
  Float32Array.from(bytes, (byte) => {
    const p = Math.min(1 - CERTAIN, Math.max(CERTAIN, byte / STEPS));
    return Math.log(p / (1 - p));
  });

/** Returns P(inside) for differences of logits. */
export const sigmoid = (differences: Float32Array): Float32Array =>
  Float32Array.from(differences, (value) => 1 / (1 + Math.exp(-value)));

/** Packs planes of weights into bytes, each plane relative to its own largest weight (its scale). */
export function packPlanes(
  data: Float32Array,
  size: number,
): { readonly bytes: Uint8Array; readonly scales: number[] } {
  const scales: number[] = [];
  const bytes = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += size) {
    const plane = data.subarray(at, at + size);
    const scale = plane.reduce((high, value) => Math.max(high, value), 0);
    scales.push(Number(scale.toPrecision(4)));
    if (scale > 0)
      bytes.set(
        Uint8Array.from(plane, (value) => Math.round((Math.max(0, value) / scale) * 255)),
        at,
      );
  }
  return { bytes, scales };
}

/** Unpacks the bytes of `packPlanes`. */
export function unpackPlanes(bytes: Uint8Array, scales: readonly number[], size: number): Float32Array {
  return Float32Array.from(bytes, (byte, i) => (byte / 255) * (scales[Math.floor(i / size)] ?? 0));
}
