import { rangeOf } from '../../tasks/depth/range.ts';
import type { DepthView } from '../../tasks/depth/view.ts';
import type { SegmentView } from '../../tasks/segment/view.ts';
import { createResults, type Results } from '../results/results.ts';
import { classNamesOf, depthOf } from '../results/selectors.ts';
import { type AppState, packOf } from '../store.ts';

/** The second model's results (only those of the compared pack), by the open model's `Results`. */
const kept = new WeakMap<Results, { readonly pack: string; readonly results: Results }>();

/** Returns the second model's results, under the same keys as the open model's; empty for a new pack. */
export function secondResults({ secondModel }: AppState, results: Results): Results {
  const pack = (secondModel && packOf(secondModel)?.hash) ?? '';
  const known = kept.get(results);
  if (known?.pack === pack) return known.results;
  const { files, bitmaps, sources, truths } = results;
  const made = { ...createResults(), files, bitmaps, sources, truths };
  kept.set(results, { pack, results: made });
  return made;
}

/** Forgets the second model's results, which frees their memory. */
export const forgetSecondModel = (results: Results): void => void kept.delete(results);

/** Always the same object, so that caches that use it as a key stay valid. */
const NO_STROKES: readonly never[] = [];

/** Uses the open model's range for both sides, so that equal colours are equal metres. */
function sharedDepth(state: AppState, results: Results): DepthView {
  const { depth } = state;
  const own = depthOf(state, results);
  const [near, far] = own ? rangeOf(own, depth) : [undefined, undefined];
  return {
    ...depth,
    range: near === undefined || far === undefined ? depth.range : { kind: 'typed', near, far },
  };
}

/** Translates the hovered and the selected class to the second model's indices. */
function sharedClasses(state: AppState, results: Results, classes: readonly string[]): SegmentView {
  const { segment } = state;
  const names = classNamesOf(state, results);
  const translated = (index: number | undefined): number | undefined => {
    const found = index === undefined ? -1 : classes.indexOf(names[index] ?? '');
    return found < 0 ? undefined : found;
  };
  return {
    ...segment,
    hovered: translated(segment.hovered),
    selected: translated(segment.selected),
    without: undefined,
  };
}

/**
 * Returns the state for the second model: with its engine, its class indices, and without brush strokes, which were made on the open
 * model's masks; undefined until it is ready.
 */
export function secondState(state: AppState, results: Results): AppState | undefined {
  const { secondModel, masks, selected, refer } = state;
  if (secondModel?.engine.phase !== 'ready') return undefined;
  const history = masks[selected ?? ''];
  const items = history?.items.map((item) => (item.strokes.length === 0 ? item : { ...item, strokes: NO_STROKES }));
  return {
    ...state,
    engine: secondModel.engine,
    truth: false,
    run: secondModel.run,
    depth: sharedDepth(state, results),
    segment: sharedClasses(state, results, secondModel.engine.pack.classes),
    refer: { ...refer, without: NO_STROKES, ranking: false, grid: false },
    masks: history && items && selected !== undefined ? { ...masks, [selected]: { ...history, items } } : masks,
  };
}
