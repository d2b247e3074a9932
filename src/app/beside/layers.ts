import type { Layer } from '../../tasks/layer.ts';
import { layersOf } from '../layers/compose.ts';
import type { Results } from '../results.ts';
import type { AppState } from '../store.ts';
import { besideResults, besideState } from './view.ts';

/** What the stage draws: while two models are compared, what the second one sees lies left of the handle and the open one's right of it. */
export function stageLayers(state: AppState, results: Results): readonly Layer[] {
  const beside = besideState(state, results);
  if (!beside) return layersOf(state, results);
  const left = layersOf(beside, besideResults(state, results));
  // One comparison at a time: a sample's truth makes way.
  const right = layersOf({ ...state, truth: false }, results);
  return [...left.map((layer): Layer => ({ ...layer, side: 'left' })), ...right];
}
