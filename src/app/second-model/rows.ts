import type { DepthResult, SegmentResult } from '../../engine/protocol.ts';
import { DELTA } from '../../eval/depth.ts';
import { formatMetres, formatShare, formatWeight } from '../../format.ts';
import { compareShapes } from '../../tasks/refer/masks/compare.ts';
import { maskShapes } from '../find/masks.ts';
import type { Results } from '../results/results.ts';
import { depthOf, segmentOf } from '../results/selectors.ts';
import type { AppState } from '../store.ts';
import { depthDifference, sameClassShare } from './figures.ts';
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

function labels(a: SegmentResult, b: SegmentResult): readonly Row[] {
  const share = sameClassShare(a, b);
  return share === undefined ? [] : [{ name: 'Pixels of the same class', text: formatShare(share) }];
}

let last: { readonly a: object; readonly b: object; readonly value: readonly Row[] } | undefined;

/** Returns the rows of a pair of results; computes them only if it is another pair than last time. */
function memoized<A extends object, B extends object>(
  a: A | undefined,
  b: B | undefined,
  compute: (a: A, b: B) => readonly Row[],
): readonly Row[] {
  if (!a || !b) return [];
  if (last?.a !== a || last.b !== b) last = { a, b, value: compute(a, b) };
  return last.value;
}

/** Returns how far two models differ in the shown result, in the task's own figures; empty until both have a result. */
export function rowsOf(state: AppState, results: Results): readonly Row[] {
  const seen = secondState(state, results);
  if (!seen) return [];
  const own = secondResults(state, results);
  switch (state.task) {
    case 'depth':
      return memoized(depthOf(state, results), depthOf(seen, own), depths);
    case 'segment':
      return memoized(segmentOf(state, results), segmentOf(seen, own), labels);
    case 'refer': {
      const mask = (from: AppState, kept: Results) =>
        maskShapes(from, kept).find(({ item }) => item.prompt === state.prompt)?.shape;
      return memoized(mask(state, results), mask(seen, own), (a, b) => [
        { name: 'Masks’ IoU', text: formatWeight(compareShapes(a, b).iou) },
      ]);
    }
  }
}
