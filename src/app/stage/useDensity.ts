import { useSyncExternalStore } from 'react';

function subscribe(onChange: () => void): () => void {
  // The browser's zoom and another screen change it; both resize the page.
  window.addEventListener('resize', onChange);
  return () => window.removeEventListener('resize', onChange);
}

/** Returns the number of device pixels per CSS pixel. */
export const useDensity = (): number => useSyncExternalStore(subscribe, () => window.devicePixelRatio);
