import { VpdError } from '../errors.ts';
import { formatBytes } from '../format-bytes.ts';
import type { NamedBlob } from '../weights/open.ts';
import { type ReadBytes, rangeBlob } from '../weights/range-blob.ts';
import { readAddress } from './address.ts';
import { createRemote, type Remote, type RemoteOptions } from './remote.ts';

/** Bytes of one request: headers of most files in one, and few enough requests (540 for 4.3 GB) that no host minds. */
const BLOCK_BYTES = 8 * 2 ** 20;
/** Blocks that are kept, so that small reads beside each other cost one request: 64 MiB. */
const KEPT_BLOCKS = 8;
/** Blocks that are asked for before they are needed, while a file is read from front to back: the line stays busy while tensors are converted. */
const AHEAD = 2;
/** A file without ranges comes as a whole and is held in memory; one that is longer is better downloaded by the browser. */
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
 * A file on a server as a Blob: only the parts that are read are fetched, some ahead, and at most KEPT_BLOCKS are kept.
 * @param address as a person pastes it (see readAddress)
 * @throws VpdError bad-request, network; reading the blob throws the same
 */
export async function openRemoteFile(address: string, options: RemoteFileOptions = {}): Promise<RemoteFile> {
  const blockBytes = options.blockBytes ?? BLOCK_BYTES;
  const remote = createRemote(readAddress(address), options);
  const first = await collect(remote.bytes(0, blockBytes));
  const { name, url } = remote;
  // A server that gives the whole file, and it is no longer than the first block.
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
      `${remote.url} comes only as a whole (its server ignores Range), and its ${formatBytes(size)} are too many to hold. Download it and open it from your disk.`,
    );
  return new Blob([await exactly(remote.url, remote.bytes(0), size)]);
}

/** So many bytes and no fewer: what is missing would be read as zeros. */
async function exactly(
  url: string,
  chunks: AsyncIterable<Uint8Array>,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await collect(chunks);
  if (bytes.length !== length)
    throw new VpdError('network', `${url} gave ${bytes.length} bytes and had promised ${length}. Start again.`);
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

/** Reads through a cache of blocks. A block that failed is forgotten, so that the next read tries again. */
function blockReader(remote: Remote, size: number, blockBytes: number, first: Uint8Array<ArrayBuffer>): ReadBytes {
  const blocks = new Map<number, Promise<Uint8Array>>([[0, Promise.resolve(first)]]);
  const count = Math.ceil(size / blockBytes);
  /** Where the last read ended: one that goes on there is a walk through the file. */
  let ended = -1;

  const fetchBlock = (start: number, end: number) => exactly(remote.url, remote.bytes(start, end), end - start);

  function block(i: number): Promise<Uint8Array> {
    const made = blocks.get(i) ?? fetchBlock(i * blockBytes, Math.min(size, (i + 1) * blockBytes));
    // The least recently used goes first.
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
    const walks = start >= ended && start < ended + blockBytes;
    for (let i = Math.floor(start / blockBytes); i * blockBytes < end; i++) {
      const now = block(i);
      const through = (i + 1) * blockBytes < end;
      if (walks || through)
        for (let next = i + 1; next <= i + AHEAD && next < count; next++) void block(next).catch(() => undefined);
      const from = i * blockBytes;
      const bytes = await now;
      out.set(bytes.subarray(Math.max(0, start - from), Math.min(bytes.length, end - from)), Math.max(0, from - start));
    }
    ended = end;
    return out;
  };
}
