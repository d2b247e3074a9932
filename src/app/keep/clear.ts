import { isTwoSided } from '../stage/sides.ts';
import { STAGE_STATE } from '../stage/state.ts';
import { NOTHING_CHOSEN } from '../store.ts';
import type { KeepParts } from './parts.ts';

/** The page as on a first visit, but for its models and its size: no photo of the user's, nothing that was found, nothing that was chosen. */
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
    // Two models that are compared stay so, each on its side.
    stage: { ...STAGE_STATE, size, ...(isTwoSided({ ...state, ...NOTHING_CHOSEN }) ? { compare } : {}) },
    // Their sentences name photos, but for the engine's, whose Retry is nowhere else.
    notices: state.notices.filter(({ retry }) => retry === 'engine'),
    run: state.run?.phase === 'failed' ? undefined : state.run,
    revision: state.revision + 1,
    cleared: state.cleared + 1,
  });
}
