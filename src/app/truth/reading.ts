import type { Results } from '../results/results.ts';
import { isComparing } from '../second-model/state.ts';
import type { AppState } from '../store.ts';
import { truthOf } from './useTruth.ts';

/** A sample's truth at one point. */
export interface TruthReading {
  /** NaN where the truth has no depth. */
  readonly metres: number;
  /** Undefined where the truth has no class. */
  readonly className: string | undefined;
  /** Whether the point is inside the current prompt's true mask; undefined if there is no truth for the prompt. */
  readonly inside: boolean | undefined;
}

/** Returns the shown truth at the crosshair; undefined without one of them, or while two models are compared instead. */
export function truthAt(state: AppState, results: Results): TruthReading | undefined {
  const truth = truthOf(state, results);
  const { crosshair, prompt } = state;
  if (!truth || !crosshair || isComparing(state)) return undefined;
  const { width, height, metres, labels, names, ignore, masks } = truth;
  const at = Math.floor(crosshair.v * height) * width + Math.floor(crosshair.u * width);
  const depth = metres[at] ?? 0;
  const label = labels[at] ?? ignore;
  const mask = masks.get(prompt);
  return {
    metres: depth > 0 ? depth : Number.NaN,
    className: label === ignore ? undefined : names[label],
    inside: mask && mask[at] === 1,
  };
}
