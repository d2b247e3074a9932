/** Share of the photo where the probability is above the threshold. */
export function areaAbove(probability: Float32Array, threshold: number): number {
  let inside = 0;
  for (const value of probability) if (value > threshold) inside++;
  return probability.length > 0 ? inside / probability.length : 0;
}
