import { VpdError } from '../errors.ts';
import { fileNameOf } from './address.ts';
import { isWebPage, mayPass, refusal, unreachable, webPage } from './answers.ts';
import { type Attempt, createAttempt, pause } from './attempt.ts';
import { checkSame, contentRange, type Identity, identityOf, joined } from './identity.ts';
import { POLICY, type Policy, retryAfter } from './policy.ts';

/** A cached answer may be of another version than the parts that have been read; no cookies of the file's host are wanted. */
const AFRESH = { cache: 'no-store', credentials: 'omit' } as const;

export interface RemoteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly policy?: Partial<Policy> | undefined;
  /** What is known of the file from an earlier visit; a file that has changed since stops with a sentence. */
  readonly known?: Identity | undefined;
  /** A connection was lost or refused, and is tried again in `ms` milliseconds. */
  readonly onPause?: ((ms: number) => void) | undefined;
  /** What to do where there is no such file, in a sentence. */
  readonly hint?: string | undefined;
}

/** A file on a server, all of whose answers must be of one version of it. */
export interface Remote {
  readonly url: string;
  /** For messages and for what is stored. */
  readonly name: string;
  readonly identity: Identity;
  /** Whether the server gives parts of the file; undefined until it has been asked for one. */
  readonly ranged: boolean | undefined;
  /**
   * Bytes `start` ≤ i < `end`, or to the file's end, as they come. A connection that drops is taken up again where it ended.
   * @throws VpdError network, with the address, what was answered and the way out; cancelled
   */
  bytes(start: number, end?: number): AsyncGenerator<Uint8Array<ArrayBuffer>, void>;
  /**
   * Bytes of the whole file; asks for them where no answer has told yet.
   * @throws VpdError network where the server does not tell; cancelled
   */
  size(): Promise<number>;
}

/** Whether all headers of what lies there can be read: in Node, and on the page's own origin. */
const isOpen = (url: URL): boolean => typeof location === 'undefined' || location.origin === url.origin;

const UNKNOWN: Identity = { etag: undefined, modified: undefined, size: undefined };

export function createRemote(address: URL, options: RemoteOptions = {}): Remote {
  const { signal, onPause, hint } = options;
  const policy = { ...POLICY, ...options.policy };
  const url = address.href;
  const name = fileNameOf(address);
  let identity = options.known ?? UNKNOWN;
  let ranged: boolean | undefined;
  /** Whether this server has ever answered: if not, the address is more likely wrong than the line bad. */
  let answered = false;

  function headersFor(start: number, end: number | undefined): Record<string, string> {
    // A whole file of our own origin is the service worker's to answer, and it leaves parts to the server. From elsewhere a file is always
    // asked for as a part: browsers then ask for it uncompressed, so that its length is that of its bytes.
    if (start === 0 && end === undefined && isOpen(address)) return {};
    const headers: Record<string, string> = { Range: `bytes=${start}-${end === undefined ? '' : end - 1}` };
    // A weak ETag does not identify bytes. Across origins the header would need the server's leave, which few give; there the answers' own
    // ETags are compared.
    if (isOpen(address) && identity.etag && !identity.etag.startsWith('W/')) headers['If-Range'] = identity.etag;
    return headers;
  }

  /**
   * Checks an answer to a request for `start`…`end`; gives how many bytes come before `start`, or undefined if none are left.
   * @param part whether a part was asked for, be it the whole
   */
  function accept(response: Response, start: number, end: number | undefined, part: boolean): number | undefined {
    const total = /^bytes \*\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
    if (response.status === 416 && total !== undefined) {
      const size = Number(total);
      checkSame(name, identity, { ...UNKNOWN, size });
      identity = joined(identity, { ...UNKNOWN, size });
      if (start >= size) return undefined;
    }
    if (!response.ok) throw refusal(url, response, hint);
    if (isWebPage(response)) throw webPage(url);
    // An address of ours may have sent on to another origin.
    const found = identityOf(response, part || isOpen(response.url === '' ? address : new URL(response.url)));
    checkSame(name, identity, found);
    identity = joined(identity, found);
    if (response.status === 206) {
      const range = contentRange(response);
      if (range && (range.start !== start || range.end > (end ?? Number.POSITIVE_INFINITY)))
        throw new VpdError(
          'network',
          `${url} was asked for bytes ${start} to ${end ?? 'the end'} and sent ${range.start} to ${range.end}. Download the file and open it from your disk.`,
        );
      const length = Number(response.headers.get('content-length') ?? Number.NaN);
      // Content-Range may be hidden from this page; a part that is shorter than what was asked for ends where the file ends.
      if (identity.size === undefined && length < (end ?? Number.POSITIVE_INFINITY) - start)
        identity = { ...identity, size: start + length };
      ranged = true;
      return 0;
    }
    // Skipping is for one long download that is taken up again, never for reading here and there.
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
      if (signal?.aborted) throw new VpdError('cancelled', 'Cancelled.');
      const attempt = createAttempt(policy.stall, signal);
      let problem: VpdError;
      let asked: number | undefined;
      try {
        const headers = headersFor(at, end);
        const response = await attempt.fetch(url, { ...AFRESH, headers });
        answered = true;
        if (mayPass(response.status)) {
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
        if (signal?.aborted) throw new VpdError('cancelled', 'Cancelled.', { cause: thrown });
        problem = answered ? brokeOff(at, thrown) : unreachable(url, thrown);
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

  /** Content-Length is visible to every page, Content-Range only where the server exposes it. Of a part it is not that of compressed bytes. */
  async function size(): Promise<number> {
    if (identity.size !== undefined) return identity.size;
    const attempt = createAttempt(policy.stall, signal);
    const response = await attempt
      .fetch(url, { ...AFRESH, method: 'HEAD', headers: { Range: 'bytes=0-' } })
      .catch(() => undefined);
    attempt.end();
    if (signal?.aborted) throw new VpdError('cancelled', 'Cancelled.');
    const found = Number((response?.ok ? response.headers.get('content-length') : null) ?? Number.NaN);
    if (!Number.isSafeInteger(found))
      throw new VpdError(
        'network',
        `${url} does not say how long it is. Download the file and open it from your disk.`,
      );
    // From now on an answer that is shorter is one that broke off.
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
