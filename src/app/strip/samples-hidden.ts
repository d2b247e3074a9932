const KEY = 'samples';

/** Returns true if the user has hidden the samples, now or in an earlier visit. */
export function loadSamplesHidden(): boolean {
  try {
    return localStorage.getItem(KEY) === 'hidden';
  } catch {
    return false;
  }
}

export function saveSamplesHidden(hidden: boolean): void {
  try {
    if (hidden) localStorage.setItem(KEY, 'hidden');
    else localStorage.removeItem(KEY);
  } catch {
    // Private windows may refuse to store: then the samples are back at the next visit.
  }
}
