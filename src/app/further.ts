import type { ReferResult } from '../engine/protocol.ts';
import type { ReferView } from '../tasks/refer/view.ts';
import { rankedUnits } from '../tasks/refer/words.ts';
import { ablationOf, rawMapsOf, referOf } from './probe.ts';
import { ablateKey, type Results, rawMapsKey } from './results.ts';
import type { Wanted } from './runs.ts';
import { type AppState, selectedPhoto } from './store.ts';

/** Sets of tokens to leave out: the one on show, then every word for the table. */
function leftOut(result: ReferResult, view: ReferView): readonly (readonly number[])[] {
  const words = view.ranking ? rankedUnits(result, view.pieces).map((unit) => unit.tokens) : [];
  return view.without.length > 0 ? [view.without, ...words] : words;
}

/** What the view asks for beyond the mask on show, one after the other; undefined when all of it is there. */
export function furtherWanted(state: AppState, results: Results): Wanted | undefined {
  const photo = selectedPhoto(state);
  const result = state.task === 'refer' ? referOf(state, results) : undefined;
  if (!photo || !result || state.engine.phase !== 'ready') return undefined;
  const { prompt, refer } = state;
  const params = { photo: photo.id, prompt };
  const tokens = leftOut(result, refer).find((each) => !ablationOf(state, results, each));
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
