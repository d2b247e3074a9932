import { useEffect, useState } from 'react';

/** Work shorter than this shows no spinner: a flash reads as a fault. */
const SPINNER_DELAY_MS = 500;

/** True once `active` has lasted longer than `SPINNER_DELAY_MS`. */
export function useDelayed(active: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!active) return setLate(false);
    const timer = setTimeout(() => setLate(true), SPINNER_DELAY_MS);
    return () => clearTimeout(timer);
  }, [active]);
  return active && late;
}
