import { DEPTH_VIEW } from '../tasks/depth/view.ts';
import { LAYERS_STATE } from '../tasks/layer-stack.ts';
import { REFER_VIEW } from '../tasks/refer/view.ts';
import { SEGMENT_VIEW } from '../tasks/segment/view.ts';
import type { KeepParts } from './keep/keeper.ts';
import { STAGE_STATE } from './stage/state.ts';

/** The page as on a first visit, but for its models and its size: no photo of the user's, nothing that was found, nothing that was chosen. */
export function clearPage({ store, results, session }: KeepParts): void {
  session.removeAll();
  session.forgetRecent();
  results.forgetOwn();
  const { stage, beside, revision } = store.getState();
  store.setState({
    masks: {},
    task: 'depth',
    draft: '',
    prompt: '',
    promptError: undefined,
    promptTokens: undefined,
    promptCut: [],
    depth: DEPTH_VIEW,
    refer: REFER_VIEW,
    segment: SEGMENT_VIEW,
    layers: LAYERS_STATE,
    // Two models that are compared stay so, each on its side.
    stage: { ...STAGE_STATE, size: stage.size, compare: beside ? stage.compare : STAGE_STATE.compare },
    truth: false,
    crosshair: undefined,
    revision: revision + 1,
  });
}
