import type { KeepParts } from './keep/keeper.ts';
import { STAGE_STATE } from './stage/state.ts';
import { NOTHING_CHOSEN } from './store.ts';

/** The page as on a first visit, but for its models and its size: no photo of the user's, nothing that was found, nothing that was chosen. */
export function clearPage({ store, results, session }: KeepParts): void {
  session.removeAll();
  session.forgetRecent();
  results.forgetOwn();
  const { stage, beside, revision } = store.getState();
  store.setState({
    ...NOTHING_CHOSEN,
    // Two models that are compared stay so, each on its side.
    stage: { ...STAGE_STATE, size: stage.size, compare: beside ? stage.compare : STAGE_STATE.compare },
    revision: revision + 1,
  });
}
