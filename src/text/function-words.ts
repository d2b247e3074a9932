/** Words that name nothing visible: articles, prepositions, pronouns, forms of “be”. */
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  (
    'a an the this that these those of on in at to by for from with without and or next near beside between behind under below above over ' +
    'into onto off front side is are was be being his her its their my your our who which it there'
  ).split(' '),
);

/** True if a word of a prompt says what something is or looks like. */
export const isContentWord = (word: string): boolean =>
  /[\p{L}\p{N}]/u.test(word) && !FUNCTION_WORDS.has(word.toLowerCase());
