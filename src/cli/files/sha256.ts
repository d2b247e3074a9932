import { createHash } from 'node:crypto';
import type { Hasher } from '../../weights/sha256.ts';

/** Hashes texts and bytes, one after the other; returns hex digits. */
export const sha256 = (...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

/** A hasher ten times as fast as the one that also runs in a browser (weights/sha256.ts). */
export function nativeSha256(): Pick<Hasher, 'update' | 'hex'> {
  const hash = createHash('sha256');
  return { update: (bytes: Uint8Array) => void hash.update(bytes), hex: () => hash.digest('hex') };
}
