import type { ReferResult } from '../../engine/results.ts';
import type { ReferView } from '../../tasks/refer/view.ts';
import { rankedUnits } from '../../tasks/refer/words/word-maps.ts';
import type { TaskId } from '../../vpd/config.ts';
import { type AppState, selectedPhoto } from '../store.ts';
import type { NeededRun } from './request.ts';
import { ablateClassesKey, ablateKey, rawMapsKey } from './result-keys.ts';
import type { Results } from './results.ts';
import { ablationOf, classAblationOf, otherOrigin, rawMapsOf, referOf, segmentOf } from './selectors.ts';

/** Returns the sets of tokens to leave out: the chosen one, then, for the table, each word alone. */
function tokenSets(result: ReferResult, view: ReferView): readonly (readonly number[])[] {
  const words = view.ranking ? rankedUnits(result, view.pieces).map((unit) => unit.tokens) : [];
  return view.without.length > 0 ? [view.without, ...words] : words;
}

/** Returns the run that leaves the chosen class out; undefined if none is chosen or its result is in memory. */
function classRun(state: AppState, results: Results): NeededRun | undefined {
  const { selected, segment } = state;
  const ready = selected !== undefined && segmentOf(state, results) && state.engine.phase === 'ready';
  if (!ready || segment.without === undefined || classAblationOf(state, results)) return undefined;
  const params = { photo: selected, classes: [segment.without] };
  return {
    key: ablateClassesKey(params.photo, params.classes),
    label: 'Leaving a class out',
    run: async (engine, options) => ({
      task: 'ablateClasses',
      result: await engine.call('ablateClasses', params, options),
    }),
  };
}

/** Returns the next ablation of a word, or the maps by layer and head, that the view of the current mask needs. */
function wordRun(state: AppState, results: Results): NeededRun | undefined {
  const photo = selectedPhoto(state);
  const result = referOf(state, results);
  if (!photo || !result || state.engine.phase !== 'ready') return undefined;
  const { prompt, refer } = state;
  const params = { photo: photo.id, prompt };
  // A word ablation runs the head again, which a zero-shot mask does not use.
  const tokens = (result.zeroShot ? [] : tokenSets(result, refer)).find((each) => !ablationOf(state, results, each));
  if (tokens)
    return {
      key: ablateKey(photo.id, prompt, tokens),
      label: 'Leaving a word out',
      run: async (engine, options) => ({
        task: 'ablate',
        result: await engine.call('ablate', { ...params, tokens }, options),
      }),
    };
  if (refer.grid && !rawMapsOf(state, results))
    return {
      key: rawMapsKey(photo.id, prompt),
      label: 'Reading every layer and head',
      run: async (engine, options) => ({
        task: 'rawMaps',
        result: await engine.call('rawMaps', params, options),
      }),
    };
  return undefined;
}

const OF_TASK = {
  depth: () => undefined,
  refer: wordRun,
  segment: classRun,
} satisfies Record<TaskId, (state: AppState, results: Results) => NeededRun | undefined>;

/**
 * Returns the next run that the view needs in addition to the shown result: ablations and maps by layer and head. Undefined if all are in
 * memory, or if another model computed the shown result.
 */
export const followUpRun = (state: AppState, results: Results): NeededRun | undefined =>
  otherOrigin(state, results) ? undefined : OF_TASK[state.task](state, results);
