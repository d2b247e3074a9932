import type { AppStore } from '../store.ts';

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

/**
 * Puts a prompt first in the list as it is stored now: another tab may have added to it, or forgotten it.
 * @param shown The page's own list, which goes on where nothing can be stored.
 */
export function addRecent(shown: readonly string[], prompt: string): readonly string[] {
  const latest = withRecent(loadRecent(), prompt);
  return saveRecent(latest) ? latest : withRecent(shown, prompt);
}

const withRecent = (recent: readonly string[], prompt: string): readonly string[] =>
  [prompt, ...recent.filter((other) => other !== prompt)].slice(0, MOST);

/** Tells whether the list is stored: private windows may refuse to, and it then lasts as long as the page. */
export function saveRecent(recent: readonly string[]): boolean {
  try {
    if (recent.length > 0) localStorage.setItem(KEY, JSON.stringify(recent));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

/** Shows the list as other tabs leave it. */
export function followRecent(store: AppStore): void {
  window.addEventListener('storage', ({ key }) => {
    // No key: all that is stored was deleted.
    if (key === KEY || key === null) store.setState({ recent: loadRecent() });
  });
}
