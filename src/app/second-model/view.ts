import { createResults, type Results } from '../results/results.ts';
import { type AppState, packOf, type SteadyState } from '../store.ts';
import { sharedSource, sharedViews } from './shared.ts';

/** The second model's results (only those of the compared pack), by the open model's `Results`. */
const kept = new WeakMap<Results, { readonly pack: string; readonly results: Results }>();

/** Returns the second model's results, under the same keys as the open model's; empty for a new pack. */
export function secondResults({ secondModel }: SteadyState, results: Results): Results {
  const pack = (secondModel && packOf(secondModel)?.hash) ?? '';
  const known = kept.get(results);
  if (known?.pack === pack) return known.results;
  const made = { ...createResults(), truths: results.truths };
  kept.set(results, { pack, results: made });
  return made;
}

/** Forgets the second model's results, which frees their memory. */
export const forgetSecondModel = (results: Results): void => void kept.delete(results);

/** Always the same object, so that caches that use it as a key stay valid. */
const NO_STROKES: readonly never[] = [];

/**
 * Returns the state for the second model: with its engine, its class indices, and without brush strokes, which were made on the open
 * model's masks; undefined until it is ready.
 */
export function secondState<S extends SteadyState>(state: S, results: Results): S | undefined {
  const { secondModel, masks, selected } = state;
  if (secondModel?.engine.phase !== 'ready') return undefined;
  const history = masks[selected ?? ''];
  const items = history?.items.map((item) => (item.strokes.length === 0 ? item : { ...item, strokes: NO_STROKES }));
  return {
    ...state,
    engine: secondModel.engine,
    truth: false,
    run: secondModel.run,
    ...sharedViews(state, results, secondResults(state, results), secondModel.engine.pack.classes),
    masks: history && items && selected !== undefined ? { ...masks, [selected]: { ...history, items } } : masks,
  };
}

/** Returns the state for the open model while two are compared: without a sample's truth, and without a head that only it has. */
export function openState(state: AppState, results: Results): AppState {
  const source = sharedSource(state, results, secondResults(state, results));
  return { ...state, truth: false, refer: { ...state.refer, source } };
}
