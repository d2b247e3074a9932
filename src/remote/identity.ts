import { VpdError } from '../errors.ts';

/** What tells one version of a file on a server from another. */
export interface Identity {
  readonly etag: string | undefined;
  readonly modified: string | undefined;
  /** Bytes of the whole file; undefined where the server does not say, or does not let this page see it. */
  readonly size: number | undefined;
}

interface ContentRange {
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
  readonly size: number | undefined;
}

/** `bytes 0-99/1234` (RFC 9110, 14.4). Undefined without the header: pages may read it only where the server exposes it. */
export function contentRange({ headers }: Response): ContentRange | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range')?.trim() ?? '');
  if (!match) return undefined;
  const [, first, last, size] = match;
  return { start: Number(first), end: Number(last) + 1, size: size === '*' ? undefined : Number(size) };
}

/**
 * The identity that an answer shows. Content-Length of a compressed answer counts other bytes.
 * @param plain whether the answer would show that it is compressed, or cannot be: across origins Content-Encoding is hidden
 */
export function identityOf(response: Response, plain: boolean): Identity {
  const { headers, status } = response;
  const length = plain && headers.get('content-encoding') === null ? headers.get('content-length') : null;
  const whole = status === 200 && length !== null && /^\d+$/.test(length) ? Number(length) : undefined;
  return {
    etag: headers.get('etag') ?? undefined,
    modified: headers.get('last-modified') ?? undefined,
    size: status === 206 ? contentRange(response)?.size : whole,
  };
}

/**
 * Whether two ETags may be of the same file (RFC 9110, 8.8.3.2, weak comparison): a server that compresses some answers, or a proxy before
 * it, makes the tag of the same file weak in one answer and not in the next.
 */
export const sameEtag = (a: string, b: string): boolean => a.replace(/^W\//, '') === b.replace(/^W\//, '');

/** @throws VpdError network where two answers are of different versions of the file; what one of them does not tell is not compared. */
export function checkSame(name: string, known: Identity, found: Identity): void {
  const differ = <T>(a: T | undefined, b: T | undefined, same: (a: T, b: T) => boolean = Object.is): boolean =>
    a !== undefined && b !== undefined && !same(a, b);
  const changed = (how: string): VpdError =>
    new VpdError('network', `${name} changed on the server while it was being read (${how}). Start again.`);
  if (differ(known.size, found.size)) throw changed(`${known.size} bytes became ${found.size}`);
  if (differ(known.etag, found.etag, sameEtag)) throw changed(`its ETag ${known.etag} became ${found.etag}`);
  if (known.etag === undefined && differ(known.modified, found.modified))
    throw changed(`its date ${known.modified} became ${found.modified}`);
}

/** Knowledge of both. */
export const joined = (known: Identity, found: Identity): Identity => ({
  etag: known.etag ?? found.etag,
  modified: known.modified ?? found.modified,
  size: known.size ?? found.size,
});
