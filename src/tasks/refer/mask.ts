import type { ReferResult } from '../../engine/protocol.ts';

/** 1 where the probability is above the threshold, else 0. */
export function maskOf(result: ReferResult, threshold: number): Uint8Array {
  return Uint8Array.from(result.probability, (value) => (value > threshold ? 1 : 0));
}

/** Share of the photo above the threshold. */
export function areaOf(result: ReferResult, threshold: number): number {
  let inside = 0;
  for (const value of result.probability) if (value > threshold) inside++;
  return result.probability.length > 0 ? inside / result.probability.length : 0;
}
