import { rangeOf } from '../../tasks/depth/range.ts';
import type { DepthView } from '../../tasks/depth/view.ts';
import type { SegmentView } from '../../tasks/segment/view.ts';
import { createResults, type Results } from '../results/results.ts';
import { depthOf } from '../results/shown.ts';
import { type AppState, packOf } from '../store.ts';

/** Of each pack apart from the others, and apart from what is kept of the open model. */
const kept = new WeakMap<Results, { readonly pack: string; readonly results: Results }>();

/** The second model's results, under the same keys. */
export function besideResults({ beside }: AppState, results: Results): Results {
  const pack = (beside && packOf(beside)?.hash) ?? '';
  const known = kept.get(results);
  if (known?.pack === pack) return known.results;
  const { files, bitmaps, sources, truths } = results;
  const made = { ...createResults(), files, bitmaps, sources, truths };
  kept.set(results, { pack, results: made });
  return made;
}

/** Gives the memory of the second model's results back. */
export const forgetBeside = (results: Results): void => void kept.delete(results);

/** One object, so that what is remembered for a mask without strokes stays remembered. */
const NO_STROKES: readonly never[] = [];

/** Metres have the same colours on both sides, or the eye would compare nothing. */
function sharedDepth(state: AppState, results: Results): DepthView {
  const { depth } = state;
  const own = depthOf(state, results);
  const [near, far] = own ? rangeOf(own, depth) : [undefined, undefined];
  return {
    ...depth,
    range: near === undefined || far === undefined ? depth.range : { kind: 'typed', near, far },
  };
}

/** The class that is pointed at or chosen, as the second model numbers it. */
function sharedClasses(state: AppState, classes: readonly string[]): SegmentView {
  const { segment } = state;
  const names = packOf(state)?.classes ?? classes;
  const there = (index: number | undefined): number | undefined => {
    const found = index === undefined ? -1 : classes.indexOf(names[index] ?? '');
    return found < 0 ? undefined : found;
  };
  return { ...segment, hovered: there(segment.hovered), selected: there(segment.selected), without: undefined };
}

/** The state as the second model sees it: its own engine, its own numbers of the classes, no brush strokes that were made on the first one's masks. */
export function besideState(state: AppState, results: Results): AppState | undefined {
  const { beside, masks, selected, refer } = state;
  if (beside?.engine.phase !== 'ready') return undefined;
  const history = masks[selected ?? ''];
  const items = history?.items.map((item) => (item.strokes.length === 0 ? item : { ...item, strokes: NO_STROKES }));
  return {
    ...state,
    engine: beside.engine,
    truth: false,
    run: beside.run,
    depth: sharedDepth(state, results),
    segment: sharedClasses(state, beside.engine.pack.classes),
    refer: { ...refer, without: NO_STROKES, ranking: false, grid: false },
    masks: history && items && selected !== undefined ? { ...masks, [selected]: { ...history, items } } : masks,
  };
}
