/** How patient a download is. Tests give shorter times. */
export interface Policy {
  /** Attempts in a row that bring no byte, before the download is given up. */
  readonly tries: number;
  /** Pause after the first failed attempt, in milliseconds; each next one is twice as long. */
  readonly pause: number;
  /** Longest wait that a server may ask for (Retry-After), in milliseconds; beyond it, the user is told instead. */
  readonly maxWait: number;
  /** A connection that brings nothing for this long counts as dropped, in milliseconds. */
  readonly stall: number;
}

/** Half a minute of failures in all: a router that restarts, a server that sheds load. */
export const POLICY: Policy = { tries: 6, pause: 1_000, maxWait: 120_000, stall: 60_000 };

/** Milliseconds that a `Retry-After` header asks for: seconds or a date (RFC 9110, 10.2.3); undefined without one. */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
