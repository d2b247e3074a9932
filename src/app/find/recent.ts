import type { AppStore } from '../store.ts';

const KEY = 'recent-prompts';
/** Number of prompts that fit under the box above the masks. */
const MAX_PROMPTS = 6;

/** Returns the recent prompts of this and earlier visits, the newest first. */
export function loadRecent(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((prompt) => typeof prompt === 'string').slice(0, MAX_PROMPTS) : [];
  } catch {
    return [];
  }
}

/**
 * Returns the list with a prompt put first, and stores it. Starts from the stored list, which another tab may have changed.
 * @param shown The page's own list, used if nothing can be stored.
 */
export function addRecent(shown: readonly string[], prompt: string): readonly string[] {
  const latest = withRecent(loadRecent(), prompt);
  return saveRecent(latest) ? latest : withRecent(shown, prompt);
}

const withRecent = (recent: readonly string[], prompt: string): readonly string[] =>
  [prompt, ...recent.filter((other) => other !== prompt)].slice(0, MAX_PROMPTS);

/** Stores the list; returns false if it cannot be stored, as in some private windows. */
export function saveRecent(recent: readonly string[]): boolean {
  try {
    if (recent.length > 0) localStorage.setItem(KEY, JSON.stringify(recent));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

/** Updates the list when another tab changes it. */
export function followRecent(store: AppStore): void {
  window.addEventListener('storage', ({ key }) => {
    // Without a key, all stored values were deleted.
    if (key === KEY || key === null) store.setState({ recent: loadRecent() });
  });
}
