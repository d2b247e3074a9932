import type { ReferResult } from '../../../engine/results.ts';
import { isolate } from '../../../text/isolate.ts';
import type { WordInfo } from '../../../text/tokens.ts';

/** Introductions to the words that the model does not know, and to those beyond its limit. */
export const UNKNOWN_WORDS = 'Not in this model’s vocabulary, so read as “unknown”: ';
export const CUT_WORDS = 'Cut, because the prompt is longer than the model reads: ';

export const quotedWords = (words: readonly string[]): string => words.map((word) => `“${isolate(word)}”`).join(', ');

/** Lists the words that the model has no tokens for. */
export const unknownWords = (words: readonly WordInfo[]): readonly string[] =>
  words.filter((word) => !word.known).map((word) => word.text);

/** Sentence about the words that were read as others; undefined if there are none. */
export function readAsNote(words: readonly WordInfo[]): string | undefined {
  const replaced = words.flatMap(({ text, readAs }) =>
    readAs === undefined ? [] : [`“${isolate(text)}” as “${readAs}”`],
  );
  if (replaced.length === 0) return undefined;
  return `Not in this model’s vocabulary, so read as words that it knows: ${replaced.join(', ')}.`;
}

/** Sentences about the words that the model replaced, did not know or did not read. */
export function readingNotes({ words, cut }: Pick<ReferResult, 'words' | 'cut'>): readonly string[] {
  const replaced = readAsNote(words);
  const unknown = unknownWords(words);
  return [
    ...(replaced === undefined ? [] : [replaced]),
    ...(unknown.length === 0 ? [] : [`${UNKNOWN_WORDS}${quotedWords(unknown)}.`]),
    ...(cut.length === 0 ? [] : [`${CUT_WORDS}${quotedWords(cut)}.`]),
  ];
}
