import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { readRange } from './blob.ts';

/** Incremental sha256, which crypto.subtle does not offer. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Lower-case hex of what came so far; more may follow. */
  soFar(): string;
  /** Another hash that begins with what came so far. */
  copy(): Hasher;
  /** Lower-case hex; ends the hash. */
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

/** Read size: large enough to be fast, small beside the tensors. */
const CHUNK = 16 * 2 ** 20;

export async function sha256OfBlob(
  file: string,
  blob: Blob,
  signal?: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<string> {
  const hash = createSha256();
  for (let at = 0; at < blob.size; at += CHUNK) {
    const chunk = await readRange(blob, at, Math.min(blob.size, at + CHUNK), file, signal);
    hash.update(chunk);
    onBytes?.(chunk.length);
  }
  return hash.hex();
}

/**
 * The same, of a file that may lie in memory as a whole: the browser hashes it in another thread and ten times as fast, where the page is
 * a secure one.
 */
export async function sha256OfWhole(blob: Blob): Promise<string> {
  const bytes = await blob.arrayBuffer();
  if (globalThis.crypto?.subtle) return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  return bytesToHex(sha256(new Uint8Array(bytes)));
}
