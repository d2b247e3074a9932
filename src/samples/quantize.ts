/** Small numbers for files that come with the page: a byte where the eye and the threshold cannot tell. */

/** Even, so that P = ½, where the mask ends, is a value of its own. */
const STEPS = 254;
/** What the first and the last byte stand for lies beyond every threshold that somebody sets. */
const CERTAIN = 1 / (4 * STEPS);

/** Differences of the two logits (inside − outside) as bytes, in even steps of P(inside): a threshold is one; 127 is 0. */
export const packLogits = (differences: Float32Array): Uint8Array =>
  Uint8Array.from(sigmoid(differences), (p) => Math.round(p * STEPS));

export const unpackLogits = (bytes: Uint8Array): Float32Array =>
  Float32Array.from(bytes, (byte) => {
    const p = Math.min(1 - CERTAIN, Math.max(CERTAIN, byte / STEPS));
    return Math.log(p / (1 - p));
  });

/** P(inside) of a difference of logits. */
export const sigmoid = (differences: Float32Array): Float32Array =>
  Float32Array.from(differences, (value) => 1 / (1 + Math.exp(-value)));

/** Planes of weights, each as shares of its own largest. */
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

export function unpackPlanes(bytes: Uint8Array, scales: readonly number[], size: number): Float32Array {
  return Float32Array.from(bytes, (byte, i) => (byte / 255) * (scales[Math.floor(i / size)] ?? 0));
}
