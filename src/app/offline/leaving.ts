import { WRITING_REPORT } from '../report/report.ts';
import type { AppState, AppStore } from '../store.ts';

/** True if the ZIP of the last batch has results and is not saved. That of the session's results can be made again at once. */
const hasUnsavedZip = (batch: AppState['batch']): boolean =>
  batch?.bytes !== undefined && !batch.saved && batch.written > 0 && batch.job.task !== 'session';

/** Returns a sentence about the work that a reload would lose; undefined if there is none. */
export function lostByReload({ batch, busy, conversion }: AppState): string | undefined {
  if (batch?.phase === 'running' || batch?.phase === 'stopping') return 'A reload ends the running batch.';
  if (hasUnsavedZip(batch)) return 'A reload loses the ZIP of the last batch, which is not saved.';
  if (busy === WRITING_REPORT) return 'A reload ends the report that is being written.';
  if (conversion?.step.kind === 'work' && !conversion.step.paused)
    return 'A reload interrupts the running conversion, which can be continued afterwards.';
  return undefined;
}

/**
 * Makes the browser ask before it leaves the page while work would be lost. A listener at other times would keep the page out of its
 * back/forward cache.
 * @returns a function that ends this, for a reload that the user has confirmed
 */
export function askBeforeLeaving(store: AppStore, page: EventTarget): () => void {
  const ask = (event: Event): void => event.preventDefault();
  const unsubscribe = store.subscribe((state, before) => {
    const loses = lostByReload(state) !== undefined;
    if (loses === (lostByReload(before) !== undefined)) return;
    if (loses) page.addEventListener('beforeunload', ask);
    else page.removeEventListener('beforeunload', ask);
  });
  return () => {
    unsubscribe();
    page.removeEventListener('beforeunload', ask);
  };
}
