import type { Results } from '../results/results.ts';
import type { Session } from '../session.ts';
import type { AppStore } from '../store.ts';

/** What is kept from one visit to the next, and who brings it back. */
export interface KeepParts {
  readonly store: AppStore;
  readonly results: Results;
  readonly session: Session;
}
