const SHOWN: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
  Escape: 'Esc',
  Delete: 'Del',
  '-': '−',
};

/** iPads can have keyboards. `platform` is deprecated, but its successor `userAgentData` exists in Chromium only. */
const isApple = (): boolean => /^(Mac|iPhone|iPad)/.test(navigator.platform);

/** Label of a key, by its name in a table of shortcuts. */
export function capOf(name: string): string {
  if (name === 'Mod') return isApple() ? '⌘' : 'Ctrl';
  return SHOWN[name] ?? (name.length === 1 ? name.toUpperCase() : name);
}

/** Splits a chord into the names of its keys; the last one may be a plus: `Shift++`. */
export const keysOf = (chord: string): readonly string[] => chord.split(/(?<=[^+])\+/);

/** Formats a chord for a sentence: `Ctrl+Shift+Z`, or `⌘+Shift+Z` on a Mac. */
export const chordText = (chord: string): string => keysOf(chord).map(capOf).join('+');
