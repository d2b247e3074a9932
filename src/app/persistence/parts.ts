import type { Media } from '../photos/media.ts';
import type { Results } from '../results/results.ts';
import type { Session } from '../session.ts';
import type { AppStore } from '../store.ts';

/** The parts of the page that are saved and restored. */
export interface KeepParts {
  readonly store: AppStore;
  readonly results: Results;
  readonly media: Media;
  readonly session: Session;
}
