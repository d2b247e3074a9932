/** Letters of scripts that are written from right to left, and characters that change the direction. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_DIRECTIONAL_ISOLATE = '\u2069';

/**
 * Wraps a right-to-left word so that quotes and commas around it keep their order in a sentence that is written from left to right (Unicode
 * Standard Annex 9, 2.6). Returns other words as they are.
 */
export const isolate = (word: string): string =>
  RIGHT_TO_LEFT.test(word) ? `${FIRST_STRONG_ISOLATE}${word}${POP_DIRECTIONAL_ISOLATE}` : word;
