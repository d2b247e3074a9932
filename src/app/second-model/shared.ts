import { layerOfHead, type MapSource } from '../../tasks/attention/head-maps.ts';
import { attentionUnits, sameUnit } from '../../tasks/attention/units.ts';
import { rangeOf } from '../../tasks/depth/range.ts';
import type { DepthView } from '../../tasks/depth/view.ts';
import type { ReferView } from '../../tasks/refer/view.ts';
import type { SegmentView } from '../../tasks/segment/view.ts';
import type { TaskViews } from '../../tasks/views.ts';
import type { Results } from '../results/results.ts';
import { classNamesOf, depthOf, rawMapsOf, referOf } from '../results/selectors.ts';
import type { SteadyState } from '../store.ts';

/*
 * The settings of the page as they apply to the second model. `theirs`: its results, under the open model's keys.
 */

const NO_TOKENS: readonly never[] = [];

/** Uses the open model's range for both sides, so that equal colours are equal metres. */
function sharedDepth(state: SteadyState, results: Results): DepthView {
  const { depth } = state;
  const own = depthOf(state, results);
  const [near, far] = own ? rangeOf(own, depth) : [undefined, undefined];
  return {
    ...depth,
    range: near === undefined || far === undefined ? depth.range : { kind: 'typed', near, far },
  };
}

/** Translates the hovered and the selected class to the second model's indices. */
function sharedClasses(state: SteadyState, results: Results, classes: readonly string[]): SegmentView {
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
 * Returns the chosen head if both models have its maps; otherwise undefined, so that means are not compared with a head. Before the second
 * model has a result there is nothing to compare.
 */
export function sharedSource(state: SteadyState, results: Results, theirs: Results): MapSource | undefined {
  const { source } = state.refer;
  if (!referOf(state, theirs)) return source;
  const inBoth = [results, theirs].every((each) => layerOfHead(rawMapsOf(state, each), source));
  return inBoth ? source : undefined;
}

/** Translates the hovered and the clicked word to the second model's tokens, and leaves out the ablations, which are the open model's. */
function sharedWords(state: SteadyState, results: Results, theirs: Results): ReferView {
  const { refer } = state;
  const [own, other] = [referOf(state, results), referOf(state, theirs)];
  const translated = (key: string | undefined): string | undefined => {
    if (key === undefined || !own || !other) return key;
    const [units, others] = [own, other].map(({ tokens, words }) => attentionUnits(tokens, words, refer.pieces));
    return units && others && sameUnit(units, key, others)?.key;
  };
  return {
    ...refer,
    source: sharedSource(state, results, theirs),
    hovered: translated(refer.hovered),
    locked: translated(refer.locked),
    without: NO_TOKENS,
    ranking: false,
  };
}

/**
 * Returns the page's settings as they apply to the second model.
 * @param classes names of its classes
 */
export const sharedViews = (
  state: SteadyState,
  results: Results,
  theirs: Results,
  classes: readonly string[],
): TaskViews => ({
  depth: sharedDepth(state, results),
  refer: sharedWords(state, results, theirs),
  segment: sharedClasses(state, results, classes),
});
