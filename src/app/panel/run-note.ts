import { nextRun } from '../results/needed.ts';
import type { Results } from '../results/results.ts';
import type { AppState } from '../store.ts';

/** True if the last run failed and its result is still missing. A refused prompt, which is reported under its box, is no failure. */
export const isRunFailed = (state: AppState, results: Results): boolean =>
  state.run?.phase === 'failed' && state.run.code !== 'bad-prompt' && nextRun(state, results)?.key === state.run.key;

/** Returns what the last run was to compute, if it failed and its result is still missing. */
export function failedLabel(state: AppState, results: Results): string | undefined {
  return isRunFailed(state, results) ? nextRun(state, results)?.label : undefined;
}

/** Returns why nothing is computed, in one sentence, until Retry succeeds; undefined if nothing failed. */
export function failureText(state: AppState, results: Results): string | undefined {
  const { engine, run } = state;
  if (engine.phase === 'failed') return engine.stopped ? undefined : engine.message;
  const label = failedLabel(state, results);
  return run?.phase === 'failed' && label !== undefined ? `${label} failed: ${run.message}` : undefined;
}

/** Returns the same while no notice says it and offers Retry. A second model's failures have notices, too. */
export function failureNote(state: AppState, results: Results): string | undefined {
  const { engine, run, notices } = state;
  const isSaid = notices.some(({ retry, message }) =>
    engine.phase === 'failed'
      ? retry === 'engine'
      : retry === 'run' && run?.phase === 'failed' && message === run.message,
  );
  return isSaid ? undefined : failureText(state, results);
}

/** Returns the state of a run or an opening that the user stopped; undefined if the missing result was not stopped. */
export function stoppedText(state: AppState, results: Results): string | undefined {
  const { engine, run } = state;
  if (engine.phase === 'failed' && engine.stopped) return engine.message;
  if (run?.phase !== 'stopped' || nextRun(state, results)?.key !== run.key) return undefined;
  return run.ending ? 'Stopping after this step…' : 'Stopped.';
}
