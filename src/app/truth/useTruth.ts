import type { SampleTruth } from '../../samples/truth.ts';
import { useApp, useWorkbench } from '../context.ts';
import type { Results } from '../results/results.ts';
import type { AppState } from '../store.ts';

/** Returns the truth of the selected sample; undefined if it is switched off or not loaded. */
export function truthOf(state: AppState, results: Results): SampleTruth | undefined {
  return state.truth && state.selected !== undefined ? results.truths.get(state.selected) : undefined;
}

export function useTruth(): SampleTruth | undefined {
  const { results } = useWorkbench();
  useApp((state) => state.revision);
  return useApp((state) => truthOf(state, results));
}
