import { VpdError } from './errors.ts';

/** Difference between a tensor and its reference. */
export interface Difference {
  readonly tensor: string;
  /** ‖got − want‖ / ‖want‖; for labels (Uint8Array) the share that differs. */
  readonly relative: number;
  readonly max: number;
  /** Mean absolute error. */
  readonly mean: number;
  /** Number of values that are NaN or infinite. */
  readonly notFinite: number;
}

/**
 * Compares a tensor with its reference.
 * @param tensor name for messages and reports
 * @throws VpdError bad-request if the lengths differ
 */
export function difference(tensor: string, got: ArrayLike<number>, want: ArrayLike<number>): Difference {
  if (got.length !== want.length)
    throw new VpdError(
      'bad-request',
      `${tensor} has ${got.length} values and the reference ${want.length}: they are not from the same model.`,
    );
  let error = 0;
  let norm = 0;
  let max = 0;
  let sum = 0;
  let notFinite = 0;
  let unequal = 0;
  for (let i = 0; i < want.length; i++) {
    const g = got[i] ?? Number.NaN;
    const w = want[i] ?? 0;
    if (!Number.isFinite(g)) notFinite++;
    if (g !== w) unequal++;
    error += (g - w) ** 2;
    norm += w * w;
    const absolute = Math.abs(g - w);
    sum += absolute;
    max = Math.max(max, absolute);
  }
  const relative = want instanceof Uint8Array ? unequal / want.length : Math.sqrt(error / norm);
  return { tensor, relative: error === 0 ? 0 : relative, max, mean: sum / want.length, notFinite };
}
