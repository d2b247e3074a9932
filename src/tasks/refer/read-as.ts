import type { WordInfo } from '../../text/tokens.ts';

/** Says which words of a prompt were read as others; undefined where none was. */
export function readAsNote(words: readonly WordInfo[]): string | undefined {
  const replaced = words.flatMap(({ text, readAs }) => (readAs === undefined ? [] : [`“${text}” as “${readAs}”`]));
  if (replaced.length === 0) return undefined;
  return `Not in this model’s vocabulary, so read as its own words for them: ${replaced.join(', ')}.`;
}
