import { VpdError } from '../errors.ts';

/** Identifies a version of a file on a server. */
export interface Identity {
  readonly etag: string | undefined;
  readonly modified: string | undefined;
  /** Bytes of the whole file; undefined if the server does not say or hides it from this page (CORS). */
  readonly size: number | undefined;
}

interface ContentRange {
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
  readonly size: number | undefined;
}

/** Parses `bytes 0-99/1234` (RFC 9110, 14.4). Undefined without the header, which other origins may hide from the page (CORS). */
export function contentRange({ headers }: Response): ContentRange | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range')?.trim() ?? '');
  if (!match) return undefined;
  const [, first, last, size] = match;
  return { start: Number(first), end: Number(last) + 1, size: size === '*' ? undefined : Number(size) };
}

/**
 * Returns the identity that a response shows. Content-Length of a compressed response is ignored: it counts the compressed bytes.
 * @param plain whether the response cannot be compressed, or would show it; across origins, Content-Encoding is hidden
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
 * True if two ETags may belong to the same file (RFC 9110, 8.8.3.2, weak comparison): a server or proxy that compresses only some responses
 * sends a weak tag in one and a strong tag in another.
 */
export const sameEtag = (a: string, b: string): boolean => a.replace(/^W\//, '') === b.replace(/^W\//, '');

/** @throws VpdError network if two responses belong to different versions of the file; fields that one of them lacks are not compared */
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

/** Merges two identities. */
export const merged = (known: Identity, found: Identity): Identity => ({
  etag: known.etag ?? found.etag,
  modified: known.modified ?? found.modified,
  size: known.size ?? found.size,
});
