/** Maximum number of names that a message lists. */
const SHOWN = 5;

/** Formats a list of names, e.g. `7 tensors (a, b, c, d, e and 2 more)`. */
export function listNames(names: readonly string[], noun: string): string {
  const shown = names.slice(0, SHOWN).join(', ');
  const rest = names.length - SHOWN;
  return `${names.length} ${noun}${names.length === 1 ? '' : 's'} (${shown}${rest > 0 ? ` and ${rest} more` : ''})`;
}
