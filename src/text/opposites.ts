/** Pairs of opposites: replacing a word by its opposite asks for the other of two things. */
const PAIRS = [
  ['left', 'right'],
  ['leftmost', 'rightmost'],
  ['nearest', 'farthest'],
  ['closest', 'furthest'],
  ['near', 'far'],
  ['front', 'back'],
  ['big', 'small'],
  ['large', 'little'],
  ['biggest', 'smallest'],
  ['top', 'bottom'],
  ['upper', 'lower'],
  ['first', 'last'],
] as const;

const OPPOSITE = new Map<string, string>(
  PAIRS.flatMap(([one, other]) => [
    [one, other],
    [other, one],
  ]),
);

/** Returns the prompt with its first such word replaced (“the left chair” → “the right chair”), or undefined if it has none. */
export function oppositePrompt(prompt: string): string | undefined {
  for (const { 0: word, index } of prompt.matchAll(/\p{L}+/gu)) {
    const other = OPPOSITE.get(word.toLowerCase());
    if (other !== undefined) return `${prompt.slice(0, index)}${other}${prompt.slice(index + word.length)}`;
  }
  return undefined;
}
