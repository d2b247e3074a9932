import { formatPercent } from '../../format.ts';
import type { Results } from '../results/results.ts';
import { depthOf, segmentOf } from '../results/selectors.ts';
import type { AppState } from '../store.ts';

const metres = (value: number): string => value.toFixed(1);

/**
 * Returns the shown depth or classes in one sentence for screen readers; empty if there are none. Find announces its own result, and
 * notices announce failures.
 */
export function resultSaid(state: AppState, results: Results): string {
  switch (state.task) {
    case 'depth': {
      const depth = depthOf(state, results);
      return depth ? `Depth: ${metres(depth.min)} to ${metres(depth.max)} m.` : '';
    }
    case 'segment': {
      const present = segmentOf(state, results)?.present;
      const [largest] = present ?? [];
      if (!present || !largest) return '';
      return `${present.length === 1 ? 'One class' : `${present.length} classes`}; ${largest.name} ${formatPercent(largest.area)}.`;
    }
    case 'refer':
      return '';
  }
}
