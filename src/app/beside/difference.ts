import type { DepthResult, SegmentResult } from '../../engine/protocol.ts';
import { formatMetres, formatShare, formatWeight } from '../../format.ts';
import { compareShapes } from '../../tasks/refer/compare.ts';
import { maskShapes } from '../masks.ts';
import { depthOf, segmentOf } from '../probe.ts';
import type { Results } from '../results.ts';
import type { AppState } from '../store.ts';
import { besideResults, besideState } from './view.ts';

/** Two depths agree where the larger is less than this many times the smaller: δ1 of the depth papers. */
const DELTA = 1.25;

export interface Difference {
  readonly name: string;
  readonly text: string;
}

function depths(a: DepthResult, b: DepthResult): readonly Difference[] {
  let sum = 0;
  let near = 0;
  const count = Math.min(a.metres.length, b.metres.length);
  for (let i = 0; i < count; i++) {
    const [x, y] = [a.metres[i] ?? 0, b.metres[i] ?? 0];
    sum += Math.abs(x - y);
    if (Math.max(x / y, y / x) < DELTA) near++;
  }
  return [
    { name: 'Mean difference', text: formatMetres(sum / count) },
    { name: `Within a factor of ${DELTA}`, text: formatShare(near / count) },
  ];
}

function labels(a: SegmentResult, b: SegmentResult): readonly Difference[] {
  const names = (result: SegmentResult) => new Map(result.present.map(({ index, name }) => [index, name]));
  const [inA, inB] = [names(a), names(b)];
  let equal = 0;
  // By name: two models may number their classes differently.
  for (let i = 0; i < a.labels.length; i++) if (inA.get(a.labels[i] ?? -1) === inB.get(b.labels[i] ?? -1)) equal++;
  return [{ name: 'Pixels of the same class', text: formatShare(equal / a.labels.length) }];
}

let last: { readonly a: object; readonly b: object; readonly value: readonly Difference[] } | undefined;

/** Counted once per pair of results. */
function once<A extends object, B extends object>(
  a: A | undefined,
  b: B | undefined,
  count: (a: A, b: B) => readonly Difference[],
): readonly Difference[] {
  if (!a || !b) return [];
  if (last?.a !== a || last.b !== b) last = { a, b, value: count(a, b) };
  return last.value;
}

/** How far two models differ on what is on show, in the task's own figures; empty until both have answered. */
export function differences(state: AppState, results: Results): readonly Difference[] {
  const seen = besideState(state, results);
  if (!seen) return [];
  const own = besideResults(state, results);
  switch (state.task) {
    case 'depth':
      return once(depthOf(state, results), depthOf(seen, own), depths);
    case 'segment':
      return once(segmentOf(state, results), segmentOf(seen, own), labels);
    case 'refer': {
      const mask = (from: AppState, kept: Results) =>
        maskShapes(from, kept).find(({ item }) => item.prompt === state.prompt)?.shape;
      return once(mask(state, results), mask(seen, own), (a, b) => [
        { name: 'Masks’ IoU', text: formatWeight(compareShapes(a, b).iou) },
      ]);
    }
  }
}
