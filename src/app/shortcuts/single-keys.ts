const KEY = 'single-keys';

/**
 * Returns true if single characters are shortcuts wherever the focus is. If switched off, they work only on the stage: speech input or a
 * tremor can type characters by accident (WCAG 2.1, 2.1.4 Character Key Shortcuts).
 */
export function loadSingleKeys(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

export function saveSingleKeys(on: boolean): void {
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off');
  } catch {
    // Private windows may refuse to store: then nothing changes.
  }
}
