import { useEffect, useState } from 'react';

/** Work shorter than this shows no spinner, because one that flashes up looks like an error. */
const SPINNER_DELAY_MS = 500;

/** True once `active` has lasted longer than `SPINNER_DELAY_MS`. */
export function useDelayed(active: boolean): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    if (!active) return setPassed(false);
    const timer = setTimeout(() => setPassed(true), SPINNER_DELAY_MS);
    return () => clearTimeout(timer);
  }, [active]);
  return active && passed;
}
