import { cancelled, VpdError } from '../errors.ts';
import { fileNameOf } from './address.ts';
import { isTransient, isWebPage, refusal, unreachable, webPage } from './answers.ts';
import { type Attempt, createAttempt, pause } from './attempt.ts';
import { checkSame, contentRange, type Identity, identityOf, merged } from './identity.ts';
import { POLICY, type Policy, retryAfter } from './policy.ts';

/** How the browser's cache takes part (https://fetch.spec.whatwg.org/#concept-request-cache-mode). */
export type CacheUse = 'no-store' | 'default' | 'reload';

export interface RemoteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly policy?: Partial<Policy> | undefined;
  /** Identity of the file at an earlier visit; an error if the file has changed since. */
  readonly known?: Identity | undefined;
  /** Called when a connection was lost or refused; the next attempt is in `ms` milliseconds. */
  readonly onPause?: ((ms: number) => void) | undefined;
  /** Sentence that says what to do if there is no such file. */
  readonly hint?: string | undefined;
  /** Default: no-store, because a cached response may belong to another version of the file. */
  readonly cache?: CacheUse | undefined;
}

/** A file on a server; all responses must belong to the same version of it. */
export interface Remote {
  readonly url: string;
  /** Name for messages and for stored files. */
  readonly name: string;
  readonly identity: Identity;
  /** Whether the server supports ranges; undefined before the first request for one. */
  readonly ranged: boolean | undefined;
  /**
   * Yields bytes `start` ≤ i < `end`, or to the file's end, as they arrive. A dropped connection is resumed at the same byte.
   * @throws VpdError network, with the address, the response and what to do; cancelled
   */
  bytes(start: number, end?: number): AsyncGenerator<Uint8Array<ArrayBuffer>, void>;
  /**
   * Returns the size of the whole file; sends a request if no response has shown it yet.
   * @throws VpdError network if the server does not say; cancelled
   */
  size(): Promise<number>;
}

/** True if all response headers can be read: in Node, and on the page's own origin. */
const headersVisible = (url: URL): boolean => typeof location === 'undefined' || location.origin === url.origin;

const UNKNOWN: Identity = { etag: undefined, modified: undefined, size: undefined };

export function createRemote(address: URL, options: RemoteOptions = {}): Remote {
  const { signal, onPause, hint, cache = 'no-store' } = options;
  const policy = { ...POLICY, ...options.policy };
  const url = address.href;
  const name = fileNameOf(address);
  let identity = options.known ?? UNKNOWN;
  let ranged: boolean | undefined;
  /** Whether this server has answered at least once; if not, the address is probably wrong, so fewer attempts are made. */
  let answered = false;

  function headersFor(start: number, end: number | undefined): Record<string, string> {
    // No Range for a whole file of our own origin: the service worker answers it, but not requests for parts; nor for one that the cache may
    // have, which not every browser looks for then. For other origins otherwise always Range: browsers then request it uncompressed, so that
    // Content-Length is the number of bytes.
    if (start === 0 && end === undefined && (headersVisible(address) || cache !== 'no-store')) return {};
    const headers: Record<string, string> = { Range: `bytes=${start}-${end === undefined ? '' : end - 1}` };
    // If-Range needs a strong ETag. Across origins it also needs the server's permission (CORS), which few give; there the ETags of the
    // responses are compared instead.
    if (headersVisible(address) && identity.etag && !identity.etag.startsWith('W/'))
      headers['If-Range'] = identity.etag;
    return headers;
  }

  /**
   * Checks a response to a request for `start`…`end`. Returns the number of bytes to skip before `start`; undefined at the file's end.
   * @param part whether the request had a Range
   */
  function accept(response: Response, start: number, end: number | undefined, part: boolean): number | undefined {
    const total = /^bytes \*\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
    if (response.status === 416 && total !== undefined) {
      const size = Number(total);
      checkSame(name, identity, { ...UNKNOWN, size });
      identity = merged(identity, { ...UNKNOWN, size });
      if (start >= size) return undefined;
    }
    if (!response.ok) throw refusal(url, response, hint);
    if (isWebPage(response)) throw webPage(url);
    // Our own address may have redirected to another origin, so the URL of the response counts.
    const found = identityOf(response, part || headersVisible(response.url === '' ? address : new URL(response.url)));
    checkSame(name, identity, found);
    identity = merged(identity, found);
    if (response.status === 206) {
      const range = contentRange(response);
      if (range && (range.start !== start || range.end > (end ?? Number.POSITIVE_INFINITY)))
        throw new VpdError(
          'network',
          `${url} was asked for bytes ${start} to ${end ?? 'the end'} and sent ${range.start} to ${range.end}. Download the file and open it from your disk.`,
        );
      const length = Number(response.headers.get('content-length') ?? Number.NaN);
      // Content-Range may be hidden from this page; a part that is shorter than requested ends at the end of the file.
      if (identity.size === undefined && length < (end ?? Number.POSITIVE_INFINITY) - start)
        identity = { ...identity, size: start + length };
      ranged = true;
      return 0;
    }
    // Skipping from the start is acceptable for resuming one long download, not for reads at many places.
    if (ranged)
      throw new VpdError('network', `${url} stopped giving parts of the file. Download it and open it from your disk.`);
    if (part) ranged = false;
    return start;
  }

  async function* body(attempt: Attempt, response: Response, skip: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const reader = response.body?.getReader();
    if (!reader) return;
    for (let next = await attempt.read(reader); !next.done; next = await attempt.read(reader)) {
      const chunk = next.value;
      const from = Math.min(skip, chunk.length);
      skip -= from;
      if (from < chunk.length) yield chunk.subarray(from);
    }
  }

  async function* bytes(start: number, end?: number): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    let at = start;
    const last = () => Math.min(end ?? Number.POSITIVE_INFINITY, identity.size ?? Number.POSITIVE_INFINITY);
    for (let failures = 0; at < last(); ) {
      if (signal?.aborted) throw cancelled();
      const attempt = createAttempt(policy.stall, signal);
      let problem: VpdError;
      let asked: number | undefined;
      try {
        const headers = headersFor(at, end);
        const response = await attempt.fetch(url, { cache, headers });
        answered = true;
        if (isTransient(response.status)) {
          problem = refusal(url, response);
          asked = retryAfter(response.headers.get('retry-after'), Date.now());
        } else {
          const skip = accept(response, at, end, 'Range' in headers);
          if (skip === undefined) return;
          for await (const chunk of body(attempt, response, skip)) {
            if (chunk.length > last() - at && (response.status === 206 || end === undefined))
              throw new VpdError('network', `${url} sent more than the ${last() - start} bytes that it was asked for.`);
            const part = chunk.subarray(0, last() - at);
            at += part.length;
            failures = 0;
            yield part;
            if (at >= last()) return;
          }
          if (last() === Number.POSITIVE_INFINITY) return;
          problem = brokeOff(at);
        }
      } catch (thrown) {
        if (thrown instanceof VpdError) throw thrown;
        if (signal?.aborted) throw cancelled({ cause: thrown });
        problem = answered ? brokeOff(at, thrown) : unreachable(url, !headersVisible(address), thrown);
      } finally {
        attempt.end();
      }
      failures++;
      const wait = asked ?? policy.pause * 2 ** (failures - 1);
      if (wait > policy.maxWait || failures >= (answered ? policy.tries : Math.min(2, policy.tries))) throw problem;
      onPause?.(wait);
      await pause(wait, signal);
    }
  }

  function brokeOff(at: number, cause?: unknown): VpdError {
    const of = identity.size === undefined ? '' : ` of ${identity.size}`;
    return new VpdError(
      'network',
      `The download of ${url} broke off after ${at} bytes${of}. Check the connection and retry.`,
      { cause },
    );
  }

  /** Uses Content-Length, which every page can read, unlike Content-Range; with Range, the response is not compressed. */
  async function size(): Promise<number> {
    if (identity.size !== undefined) return identity.size;
    const attempt = createAttempt(policy.stall, signal);
    const response = await attempt
      .fetch(url, { cache, method: 'HEAD', headers: { Range: 'bytes=0-' } })
      .catch(() => undefined);
    attempt.end();
    if (signal?.aborted) throw cancelled();
    const found = Number((response?.ok ? response.headers.get('content-length') : null) ?? Number.NaN);
    if (!Number.isSafeInteger(found))
      throw new VpdError(
        'network',
        `${url} does not say how long it is. Check the connection and retry, or download the file and open it from your disk.`,
      );
    // From now on, a shorter response counts as interrupted.
    identity = { ...identity, size: found };
    return found;
  }

  return {
    url,
    name,
    get identity() {
      return identity;
    },
    get ranged() {
      return ranged;
    },
    bytes,
    size,
  };
}
