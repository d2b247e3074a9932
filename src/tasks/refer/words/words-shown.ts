import type { RawMapsResult, ReferResult } from '../../../engine/results.ts';
import { commonEnd, type OtherHeat } from '../../attention/other-heat.ts';
import type { ReferView } from '../view.ts';
import { type ChosenMaps, chosenMaps, scaleOf, shownWord, type WordMap, wordMaps } from './word-maps.ts';

/** What the sections about words need. */
export interface WordsProps {
  readonly view: ReferView;
  onView(change: Partial<ReferView>): void;
  readonly result: ReferResult;
  readonly raw: RawMapsResult | undefined;
  /** Whether another model than the open one computed the result: then its layers and heads are not available. */
  readonly byOther: boolean;
  /** The other model's map of the shown word, while two models are compared. */
  readonly otherHeat: OtherHeat | undefined;
  /** Why the means are shown in place of the chosen head; undefined if they are not. */
  readonly whyMeans: string | undefined;
}

interface WordsShown {
  readonly words: readonly WordMap[];
  readonly shown: WordMap | undefined;
  readonly chosen: ChosenMaps | undefined;
  /** Weight of the last colour of the shown word's scale; `end` with the other model's map taken into account. */
  readonly high: number;
  readonly end: number;
}

/** Returns the words with their maps as the stage draws them, the shown word, and the end of its scale. */
export function wordsShown({ view, result, raw, otherHeat, whyMeans }: Omit<WordsProps, 'onView'>): WordsShown {
  const drawn = whyMeans === undefined ? view : { ...view, source: undefined };
  const words = wordMaps(result, drawn, raw);
  const shown = shownWord(words, view);
  const high = shown ? scaleOf(words, shown, view.scale) : 0;
  return { words, shown, chosen: chosenMaps(result, drawn, raw), high, end: commonEnd(high, otherHeat) };
}
