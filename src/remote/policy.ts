/** Retries and time limits of a download. */
export interface Policy {
  /** Number of consecutive attempts without a byte before the download fails. */
  readonly tries: number;
  /** Pause after the first failed attempt, in milliseconds; each next one is twice as long. */
  readonly pause: number;
  /** Longest accepted Retry-After in milliseconds; a longer one fails with a message. */
  readonly maxWait: number;
  /** Milliseconds without a byte after which a connection counts as dropped. */
  readonly stall: number;
}

/** Covers half a minute of failures in total, e.g. a router that restarts or an overloaded server. */
export const POLICY: Policy = { tries: 6, pause: 1_000, maxWait: 120_000, stall: 60_000 };

/** Parses a `Retry-After` header, seconds or a date (RFC 9110, 10.2.3), to milliseconds; undefined if there is none. */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
