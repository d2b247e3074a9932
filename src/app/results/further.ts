import type { ReferResult } from '../../engine/protocol.ts';
import type { ReferView } from '../../tasks/refer/view.ts';
import { rankedUnits } from '../../tasks/refer/words/words.ts';
import { type AppState, selectedPhoto } from '../store.ts';
import type { Wanted } from './asked.ts';
import { ablateClassesKey, ablateKey, rawMapsKey } from './result-keys.ts';
import type { Results } from './results.ts';
import { ablationOf, classAblationOf, rawMapsOf, referOf, segmentOf } from './shown.ts';

/** Sets of tokens to leave out: the one on show, then every word for the table. */
function leftOut(result: ReferResult, view: ReferView): readonly (readonly number[])[] {
  const words = view.ranking ? rankedUnits(result, view.pieces).map((unit) => unit.tokens) : [];
  return view.without.length > 0 ? [view.without, ...words] : words;
}

/** The classes without the one left out, unless they are there. */
function classesWanted(state: AppState, results: Results): Wanted | undefined {
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

/** What the view asks for beyond the result on show, one after the other; undefined when all of it is there. */
export function furtherWanted(state: AppState, results: Results): Wanted | undefined {
  if (state.task === 'segment') return classesWanted(state, results);
  const photo = selectedPhoto(state);
  const result = state.task === 'refer' ? referOf(state, results) : undefined;
  if (!photo || !result || state.engine.phase !== 'ready') return undefined;
  const { prompt, refer } = state;
  const params = { photo: photo.id, prompt };
  // Without a head there is nothing to give fewer words to.
  const tokens = (result.zeroShot ? [] : leftOut(result, refer)).find((each) => !ablationOf(state, results, each));
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
