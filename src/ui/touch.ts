import { useSyncExternalStore } from 'react';

const COARSE = '(pointer: coarse)';

function subscribe(changed: () => void): () => void {
  const query = matchMedia(COARSE);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

/** True if the main pointer is a finger: then texts speak of tapping, and neither of keys nor of dropping files. */
export const isTouch = (): boolean => matchMedia(COARSE).matches;

export const useTouch = (): boolean => useSyncExternalStore(subscribe, isTouch);
