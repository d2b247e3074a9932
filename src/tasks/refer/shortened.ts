/** Number of characters of a prompt that sentences about it quote: about two lines of the panel. */
const MOST = 60;

/** Shortens a long prompt for a sentence, if possible at the end of a word. */
export function shortened(prompt: string): string {
  const characters = [...prompt];
  if (characters.length <= MOST) return prompt;
  const start = characters.slice(0, MOST - 1).join('');
  const space = start.lastIndexOf(' ');
  // A single long word is cut anywhere.
  return `${(space > MOST / 2 ? start.slice(0, space) : start).trimEnd()}…`;
}
