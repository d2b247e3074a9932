import { layerOfHead } from '../../tasks/attention/head-maps.ts';
import { mapsOfLevel, meanMap } from '../../tasks/attention/heat-map.ts';
import type { OtherHeat } from '../../tasks/attention/other-heat.ts';
import {
  type ChosenMaps,
  chosenMaps,
  meansName,
  scaleOf,
  shownWord,
  sourceName,
  wordMaps,
} from '../../tasks/refer/words/word-maps.ts';
import { strideOf } from '../../vpd/attention-spec.ts';
import { rawMapsKey } from '../results/result-keys.ts';
import type { Results } from '../results/results.ts';
import { rawMapsOf, referOf, segmentOf } from '../results/selectors.ts';
import { packOf, type SteadyState } from '../store.ts';
import { secondResults, secondState } from './view.ts';

/** Appends the resolution of means, of which another model may have other ones. */
const withResolution = (name: string, chosen: ChosenMaps | undefined): string =>
  chosen && !chosen.source ? `${name} at 1/${strideOf(chosen.maps.level)}` : name;

/** Returns the second model's map of the shown word; undefined if no two models are compared or it has no result yet. */
export function wordHeatOfSecond(state: SteadyState, results: Results): OtherHeat | undefined {
  const seen = secondState(state, results);
  if (!seen) return undefined;
  const theirs = secondResults(state, results);
  const result = referOf(seen, theirs);
  if (!result) return undefined;
  const { refer } = seen;
  const raw = rawMapsOf(seen, theirs);
  const words = wordMaps(result, refer, raw);
  const chosen = chosenMaps(result, refer, raw);
  const word = shownWord(words, refer);
  return {
    max: word?.map?.max,
    high: word ? scaleOf(words, word, refer.scale) : 0,
    source: withResolution(sourceName(chosen, raw, result), chosen),
  };
}

/** Returns the second model's map of the selected class; undefined if no two models are compared or it has no result yet. */
export function classHeatOfSecond(state: SteadyState, results: Results): OtherHeat | undefined {
  const seen = secondState(state, results);
  const result = seen && segmentOf(seen, secondResults(state, results));
  if (!seen || !result) return undefined;
  const { selected, level } = seen.segment;
  const maps = mapsOfLevel(result.maps, level);
  const max = maps && selected !== undefined ? meanMap(maps, [selected]).max : undefined;
  const source = withResolution(meansName({}), maps && { source: undefined, maps });
  return { max, high: max ?? 0, source };
}

/** Returns a sentence on why both sides show the means although a head is chosen; undefined if they do not. */
export function whyMeans(state: SteadyState, results: Results): string | undefined {
  const { secondModel, selected, prompt, refer } = state;
  const left = secondModel && packOf(secondModel);
  if (!left || !layerOfHead(rawMapsOf(state, results), refer.source)) return undefined;
  const theirs = secondResults(state, results);
  if (!referOf(state, theirs)) return undefined;
  const raw = rawMapsOf(state, theirs);
  if (layerOfHead(raw, refer.source)) return undefined;
  const { run } = secondModel;
  const failed = run?.phase === 'failed' && run.key === rawMapsKey(selected ?? '', prompt);
  if (raw) return `“${left.name}” has no such layer or head, so both sides show the means.`;
  return failed
    ? `The maps of “${left.name}” by layer and head could not be computed, so both sides show the means.`
    : `Both sides show the means until “${left.name}” has computed its maps by layer and head.`;
}
