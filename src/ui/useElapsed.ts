import { useEffect, useState } from 'react';

/** Work shorter than this needs no clock. */
const SHOWN_FROM_S = 5;

/** Returns the time since the component was mounted, e.g. `12 s` or `2 min 5 s`; undefined during the first seconds. */
export function useElapsed(): string | undefined {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const start = performance.now();
    const timer = setInterval(() => setSeconds(Math.floor((performance.now() - start) / 1000)), 1000);
    return () => clearInterval(timer);
  }, []);
  if (seconds < SHOWN_FROM_S) return undefined;
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
