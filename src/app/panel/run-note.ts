import { nextRun } from '../results/needed.ts';
import type { Results } from '../results/results.ts';
import type { AppState } from '../store.ts';

/** True if the last run failed and its result is still missing. */
export const isRunFailed = (state: AppState, results: Results): boolean =>
  state.run?.phase === 'failed' && nextRun(state, results)?.key === state.run.key;

/** Returns why nothing is computed, in one sentence, until Retry succeeds; undefined if nothing failed. */
export function failureText(state: AppState, results: Results): string | undefined {
  const { engine, run } = state;
  if (engine.phase === 'failed') return engine.stopped ? undefined : engine.message;
  // A refused prompt is reported under its box.
  if (run?.phase !== 'failed' || run.code === 'bad-prompt') return undefined;
  const next = nextRun(state, results);
  return next?.key === run.key ? `${next.label} failed: ${run.message}` : undefined;
}

/** Returns the state of a run or an opening that the user stopped; undefined if the missing result was not stopped. */
export function stoppedText(state: AppState, results: Results): string | undefined {
  const { engine, run } = state;
  if (engine.phase === 'failed' && engine.stopped) return engine.message;
  if (run?.phase !== 'stopped' || nextRun(state, results)?.key !== run.key) return undefined;
  return run.ending ? 'Stopping after this step…' : 'Stopped.';
}
