/** Words whose exchange asks for the other one of two things. Each works both ways. */
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

/** The prompt with its first such word turned round (“the left chair” → “the right chair”), or undefined where it has none. */
export function oppositePrompt(prompt: string): string | undefined {
  for (const { 0: word, index } of prompt.matchAll(/\p{L}+/gu)) {
    const other = OPPOSITE.get(word.toLowerCase());
    if (other !== undefined) return `${prompt.slice(0, index)}${other}${prompt.slice(index + word.length)}`;
  }
  return undefined;
}
