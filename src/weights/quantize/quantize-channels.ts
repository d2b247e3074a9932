/** Symmetric int8 with one scale per row of the first axis (output channel, embedding row): value = q·scale, q in −127..127. */
export function quantizeChannels(
  values: Float32Array,
  rows: number,
): { readonly q: Int8Array; readonly scale: Float32Array } {
  const q = new Int8Array(values.length);
  const scale = new Float32Array(rows);
  const length = values.length / rows;
  for (let row = 0; row < rows; row++) {
    const begin = row * length;
    let largest = 0;
    for (let i = begin; i < begin + length; i++) largest = Math.max(largest, Math.abs(values[i] ?? 0));
    const step = Math.fround(largest / 127);
    // A row of zeros, or of values so small that the step underflows, is stored as zeros with scale 1, to avoid a division by 0.
    scale[row] = step || 1;
    if (step === 0) continue;
    for (let i = begin; i < begin + length; i++)
      q[i] = Math.max(-127, Math.min(127, Math.round((values[i] ?? 0) / step)));
  }
  return { q, scale };
}
