import { decodeHTML } from 'entities/decode';
import { replaceTraced, type Traced, traced } from './trace.ts';

/** A character reference as Python's html.unescape finds it: numeric, or & and up to 32 characters. */
const REFERENCE = /&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)/g;

/**
 * Cleans a prompt as OpenAI does (simple_tokenizer.py: basic_clean without ftfy, whitespace_clean, lower): HTML references are
 * decoded twice, runs of white space become one space, letters become lower case. White space at the ends is left: tokens contain none, so it is never read.
 */
export function clean(prompt: string): Traced {
  const decoded = replaceTraced(replaceTraced(traced(prompt), REFERENCE, decodeHTML), REFERENCE, decodeHTML);
  const spaced = replaceTraced(decoded, /\p{White_Space}+/gu, () => ' ');
  const lower = spaced.text.toLowerCase();
  // Lower case letter by letter only if a letter becomes several (İ); else all at once, because a final sigma depends on its neighbours.
  if (lower.length === spaced.text.length) return { text: lower, at: spaced.at };
  return replaceTraced(spaced, /./gsu, (letter) => letter.toLowerCase());
}
