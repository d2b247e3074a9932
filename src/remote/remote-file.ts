import { VpdError } from '../errors.ts';
import { formatBytes } from '../format-bytes.ts';
import type { NamedBlob } from '../weights/open.ts';
import { type ReadBytes, rangeBlob } from '../weights/range-blob.ts';
import { readAddress } from './address.ts';
import { createRemote, type Remote, type RemoteOptions } from './remote.ts';

/** Bytes per request: one request covers most headers, and 4.3 GB need only 540, too few for hosts to limit. */
const BLOCK_BYTES = 8 * 2 ** 20;
/** Number of cached blocks (64 MiB), so that small reads near each other share one request. */
const KEPT_BLOCKS = 8;
/** Number of blocks requested ahead during sequential reading, so that the download continues while tensors are converted. */
const AHEAD = 2;
/** Limit of a file that is held in memory because its server does not support ranges; longer ones have to be downloaded by the browser. */
const MAX_IN_MEMORY = 64 * 2 ** 20;

interface RemoteFile extends NamedBlob {
  readonly url: string;
  readonly etag: string | undefined;
}

export interface RemoteFileOptions extends RemoteOptions {
  /** Bytes of one request; a test gives a smaller number. */
  readonly blockBytes?: number;
}

/**
 * Opens a file on a server as a Blob that fetches only the parts that are read, and a few blocks ahead; caches at most KEPT_BLOCKS.
 * @param address as the user typed or pasted it (see readAddress)
 * @throws VpdError bad-request, network; reading the blob throws the same
 */
export async function openRemoteFile(address: string, options: RemoteFileOptions = {}): Promise<RemoteFile> {
  const blockBytes = options.blockBytes ?? BLOCK_BYTES;
  const remote = createRemote(readAddress(address), options);
  const first = await collect(remote.bytes(0, blockBytes));
  const { name, url } = remote;
  // Without a known size, a response shorter than the requested block is the whole file.
  const size = remote.identity.size ?? (first.length < blockBytes ? first.length : await remote.size());
  const file = (blob: Blob): RemoteFile => ({ name, url, etag: remote.identity.etag, blob });
  if (first.length >= size) return file(new Blob([first]));
  if (remote.ranged) return file(rangeBlob(size, blockReader(remote, size, blockBytes, first)));
  return file(await wholeFile(remote, size));
}

async function wholeFile(remote: Remote, size: number): Promise<Blob> {
  if (size > MAX_IN_MEMORY)
    throw new VpdError(
      'network',
      `${remote.url} can only be fetched as a whole (its server ignores Range), and its ${formatBytes(size)} are too large to keep in memory. Download it and open it from your disk.`,
    );
  return new Blob([await exactly(remote.url, remote.bytes(0), size)]);
}

/**
 * Collects exactly `length` bytes; missing bytes would otherwise be read as zeros.
 * @throws VpdError network
 */
async function exactly(
  url: string,
  chunks: AsyncIterable<Uint8Array>,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await collect(chunks);
  if (bytes.length !== length)
    throw new VpdError('network', `${url} sent ${bytes.length} bytes where ${length} were expected. Start again.`);
  return bytes;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Returns a reader that caches blocks. A block that failed is removed from the cache, so that the next read tries again. */
function blockReader(remote: Remote, size: number, blockBytes: number, first: Uint8Array<ArrayBuffer>): ReadBytes {
  const blocks = new Map<number, Promise<Uint8Array>>([[0, Promise.resolve(first)]]);
  const count = Math.ceil(size / blockBytes);
  /** End of the last read; a read that starts there is part of sequential reading. */
  let ended = -1;

  const fetchBlock = (start: number, end: number) => exactly(remote.url, remote.bytes(start, end), end - start);

  function block(i: number): Promise<Uint8Array> {
    const made = blocks.get(i) ?? fetchBlock(i * blockBytes, Math.min(size, (i + 1) * blockBytes));
    // Moved to the end, so that the least recently used block is evicted first.
    blocks.delete(i);
    blocks.set(i, made);
    made.catch(() => blocks.delete(i));
    for (const oldest of blocks.keys()) {
      if (blocks.size <= KEPT_BLOCKS) break;
      blocks.delete(oldest);
    }
    return made;
  }

  return async (start, end) => {
    const out = new Uint8Array(end - start);
    const sequential = start >= ended && start < ended + blockBytes;
    for (let i = Math.floor(start / blockBytes); i * blockBytes < end; i++) {
      const current = block(i);
      const needsNext = (i + 1) * blockBytes < end;
      if (sequential || needsNext)
        for (let next = i + 1; next <= i + AHEAD && next < count; next++) void block(next).catch(() => undefined);
      const from = i * blockBytes;
      const bytes = await current;
      out.set(bytes.subarray(Math.max(0, start - from), Math.min(bytes.length, end - from)), Math.max(0, from - start));
    }
    ended = end;
    return out;
  };
}
