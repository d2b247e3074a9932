import type { Results } from '../results/results.ts';
import { segmentOf } from '../results/selectors.ts';
import { type SteadyState, selectedPhoto } from '../store.ts';

/** Largest number of example prompts for a photo that has none of its own. */
const MAX_EXAMPLES = 4;
/** Classes of a smaller share of the photo are often mistakes. */
const LEAST_SHARE = 0.005;
/** Classes that nearly every photo of a room has are offered last. */
const EVERYWHERE: readonly string[] = ['wall', 'floor', 'ceiling'];

interface Examples {
  readonly prompts: readonly string[];
  /** `photo`: they fit the selected photo, as far as is known; `samples`: they were written for others. */
  readonly from: 'photo' | 'samples';
}

/** Returns example prompts: those that come with the selected photo, else the classes that were found in it, else those of the samples. */
export function examplesOf(state: SteadyState, results: Results): Examples {
  const own = selectedPhoto(state)?.prompts ?? [];
  if (own.length > 0) return { prompts: own, from: 'photo' };
  const names = (segmentOf(state, results)?.present ?? [])
    .filter(({ area }) => area >= LEAST_SHARE)
    .map(({ name }) => name);
  const found = [...names].sort((a, b) => Number(EVERYWHERE.includes(a)) - Number(EVERYWHERE.includes(b)));
  if (found.length > 0) return { prompts: found.slice(0, MAX_EXAMPLES).map((name) => `the ${name}`), from: 'photo' };
  const others = [...new Set(state.photos.flatMap((photo) => photo.prompts))];
  return { prompts: others.slice(0, MAX_EXAMPLES), from: 'samples' };
}
