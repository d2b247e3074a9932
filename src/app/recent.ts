const KEY = 'recent-prompts';
/** As many as fit under the box without pushing the masks away. */
const MOST = 6;

/** What was looked for lately, newest first; of an earlier visit too, where something can be stored. */
export function loadRecent(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((prompt) => typeof prompt === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export const withRecent = (recent: readonly string[], prompt: string): readonly string[] =>
  [prompt, ...recent.filter((other) => other !== prompt)].slice(0, MOST);

export function saveRecent(recent: readonly string[]): void {
  try {
    if (recent.length > 0) localStorage.setItem(KEY, JSON.stringify(recent));
    else localStorage.removeItem(KEY);
  } catch {
    // Private windows may refuse to store: the list then lasts as long as the page.
  }
}
