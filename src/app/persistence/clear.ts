import { isTwoSided } from '../stage/sides.ts';
import { STAGE_STATE } from '../stage/state.ts';
import { NOTHING_CHOSEN } from '../store.ts';
import type { KeepParts } from './parts.ts';

/** Resets the page to a first visit, except its models and its size: without the user's photos, their results and all choices. */
export function clearPage({ store, results, session }: KeepParts): void {
  session.forgetBatch();
  session.removeAll();
  session.forgetRecent();
  results.forgetOwn();
  results.kept.forget();
  const state = store.getState();
  const { size, compare } = state.stage;
  store.setState({
    ...NOTHING_CHOSEN,
    // If two models are compared, both stay visible.
    stage: { ...STAGE_STATE, size, ...(isTwoSided({ ...state, ...NOTHING_CHOSEN }) ? { compare } : {}) },
    // Notices name photos, except those of the engine, whose Retry button is the only one.
    notices: state.notices.filter(({ retry }) => retry === 'engine'),
    leftOut: undefined,
    run: state.run?.phase === 'running' ? state.run : undefined,
    revision: state.revision + 1,
    cleared: state.cleared + 1,
  });
}
