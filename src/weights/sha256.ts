import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { readRange } from './blob.ts';

/** Incremental sha256, which crypto.subtle does not offer. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Returns the hash of the bytes so far in lower-case hex; `update` may be called again. */
  soFar(): string;
  /** Returns an independent hasher with the same state. */
  copy(): Hasher;
  /** Returns the hash in lower-case hex and ends the hasher. */
  hex(): string;
}

export function createSha256(): Hasher {
  return hasher(sha256.create());
}

function hasher(hash: ReturnType<typeof sha256.create>): Hasher {
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    soFar: () => bytesToHex(hash.clone().digest()),
    copy: () => hasher(hash.clone()),
    hex: () => bytesToHex(hash.digest()),
  };
}

/** Bytes read at once: large enough to be fast, small compared with the tensors. */
const CHUNK = 16 * 2 ** 20;

export async function sha256OfBlob(
  file: string,
  blob: Blob,
  signal?: AbortSignal,
  onBytes?: (bytes: number) => void,
  hash: Pick<Hasher, 'update' | 'hex'> = createSha256(),
): Promise<string> {
  for (let at = 0; at < blob.size; at += CHUNK) {
    const chunk = await readRange(blob, at, Math.min(blob.size, at + CHUNK), file, signal);
    hash.update(chunk);
    onBytes?.(chunk.length);
  }
  return hash.hex();
}

/** Hashes a file that fits into memory. On a secure page the browser does it in another thread, ten times as fast as `sha256OfBlob`. */
export async function sha256OfWhole(blob: Blob): Promise<string> {
  const bytes = await blob.arrayBuffer();
  if (globalThis.crypto?.subtle) return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  return bytesToHex(sha256(new Uint8Array(bytes)));
}
