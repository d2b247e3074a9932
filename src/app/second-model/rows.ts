import type { DepthResult, ReferResult, SegmentResult } from '../../engine/results.ts';
import { DELTA } from '../../eval/depth.ts';
import { formatMetres, formatShare, formatWeight } from '../../format.ts';
import { rangeOf } from '../../tasks/depth/range.ts';
import type { DepthView } from '../../tasks/depth/view.ts';
import { findMask } from '../../tasks/refer/masks/masks.ts';
import { shapeOf } from '../../tasks/refer/masks/shape.ts';
import { masksOf, shownMask } from '../find/masks.ts';
import type { Results } from '../results/results.ts';
import { depthOf, referOf, segmentOf } from '../results/selectors.ts';
import type { AppState } from '../store.ts';
import { depthDifference, maskIou, sameClassShare } from './figures.ts';
import { secondResults, secondState } from './view.ts';

/** A row of the panel: name of a figure, and its value as text. */
export interface Row {
  readonly name: string;
  readonly text: string;
}

function depths(a: DepthResult, b: DepthResult): readonly Row[] {
  const found = depthDifference(a, b);
  if (!found) return [];
  return [
    { name: 'Mean difference', text: formatMetres(found.mean) },
    { name: `Within a factor of ${DELTA}`, text: formatShare(found.near) },
  ];
}

/** The range of the colours left of the handle, for which there is no legend if the open model has no depth. */
function leftRange(left: DepthResult, view: DepthView): readonly Row[] {
  const [near, far] = rangeOf(left, view);
  return [{ name: 'Left, from near to far', text: `${formatMetres(near)} – ${formatMetres(far)}` }];
}

function labels(a: SegmentResult, b: SegmentResult): readonly Row[] {
  const share = sameClassShare(a, b);
  return share === undefined ? [] : [{ name: 'Pixels of the same class', text: formatShare(share) }];
}

type Memo = WeakMap<object, WeakMap<object, { readonly settings: string; readonly rows: readonly Row[] }>>;
/** The last rows of each pair of results. Weak, so that it keeps no result in memory. */
const memo: Memo = new WeakMap();

/** Returns the rows of a pair of results; computes them only for another pair or other settings than last time. */
function memoized<A extends object, B extends object>(
  a: A | undefined,
  b: B | undefined,
  compute: (a: A, b: B) => readonly Row[],
  settings = '',
): readonly Row[] {
  if (!a || !b) return [];
  const ofA = memo.get(a) ?? new WeakMap();
  memo.set(a, ofA);
  const known = ofA.get(b);
  if (known?.settings === settings) return known.rows;
  const rows = compute(a, b);
  ofA.set(b, { settings, rows });
  return rows;
}

/** The row of two masks. The brush is left out, because its strokes were made on the open model's mask. */
function masks(state: AppState, results: Results, seen: AppState, own: Results): readonly Row[] {
  const item = findMask(masksOf(seen), state.prompt);
  if (!item) return [];
  const edited = (shownMask(state)?.strokes.length ?? 0) > 0;
  const name = edited ? 'Masks’ IoU, without the brush' : 'Masks’ IoU';
  const compute = (a: ReferResult, b: ReferResult): readonly Row[] => [
    { name, text: formatWeight(maskIou(shapeOf(a, item), shapeOf(b, item))) },
  ];
  const settings = [name, item.threshold, item.specks, item.holes].join();
  return memoized(referOf(state, results), referOf(seen, own), compute, settings);
}

/**
 * Returns how far two models differ in the shown result, in the task's own figures; empty until both have a result, except that a depth of
 * the left model alone has its range.
 */
export function rowsOf(state: AppState, results: Results): readonly Row[] {
  const seen = secondState(state, results);
  if (!seen) return [];
  const own = secondResults(state, results);
  switch (state.task) {
    case 'depth': {
      const [right, left] = [depthOf(state, results), depthOf(seen, own)];
      return !right && left ? leftRange(left, seen.depth) : memoized(right, left, depths);
    }
    case 'segment':
      return memoized(segmentOf(state, results), segmentOf(seen, own), labels);
    case 'refer':
      return masks(state, results, seen, own);
  }
}
