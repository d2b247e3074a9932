const KEY = 'single-keys';

/** Whether single characters are shortcuts wherever the focus is. Off, for people whose voice or tremor types, they work on the photo alone. */
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
    // Private windows may refuse to store: the page then goes on as it was.
  }
}
