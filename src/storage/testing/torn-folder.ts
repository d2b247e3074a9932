import type { SyncFile, SyncFolder } from '../files/sync-folder.ts';

/** Thrown by a tab that dies; a class of its own, so that the tested code does not treat it as a known error. */
export class Torn extends Error {}

interface Stored {
  /** Content as the page reads it. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Content that survives a power failure. */
  flushed: Uint8Array<ArrayBuffer>;
}

/**
 * A folder in memory, for tests, whose tab dies in the middle of a write. Files then have the content that a disk would have: all written
 * bytes if the tab was killed; after a power failure, unflushed bytes only in part or not at all.
 */
export function tornFolder() {
  const files = new Map<string, Stored>();
  let left = Number.POSITIVE_INFINITY;
  let open = new Set<string>();
  let life = 0;

  const folder: SyncFolder = {
    open: async (name) => {
      if (open.has(name)) throw new DOMException('The file is open.', 'NoModificationAllowedError');
      open.add(name);
      const mine = life;
      const stored = files.get(name) ?? { bytes: new Uint8Array(0), flushed: new Uint8Array(0) };
      files.set(name, stored);
      const alive = (): void => {
        if (mine !== life) throw new Torn('The tab is gone.');
      };
      const resize = (size: number): void => {
        const next = new Uint8Array(size);
        next.set(stored.bytes.subarray(0, size));
        stored.bytes = next;
      };
      const file: SyncFile = {
        read(into, { at }) {
          alive();
          const part = stored.bytes.subarray(at, at + into.length);
          into.set(part);
          return part.length;
        },
        write(bytes, { at }) {
          alive();
          const count = Math.min(bytes.length, left);
          left -= count;
          if (at + count > stored.bytes.length) resize(at + count);
          stored.bytes.set(bytes.subarray(0, count), at);
          if (left === 0) {
            life++;
            throw new Torn('The tab was killed.');
          }
          return count;
        },
        getSize: () => stored.bytes.length,
        truncate: resize,
        flush() {
          alive();
          stored.flushed = stored.bytes.slice();
        },
        close: () => void open.delete(name),
      };
      return file;
    },
  };

  return {
    folder,
    files,
    /** The tab dies after this many written bytes. */
    dieAfter(bytes: number): void {
      left = bytes;
    },
    /** Starts a new tab on the same disk, which still has the share `kept` of the unflushed bytes (1: all, as after a crash of the tab). */
    revive(kept = 1): void {
      life++;
      open = new Set();
      left = Number.POSITIVE_INFINITY;
      for (const stored of files.values()) {
        const { bytes, flushed } = stored;
        const size = Math.floor(flushed.length + (bytes.length - flushed.length) * kept);
        // Unflushed bytes that survive in length may still be zeros.
        const survived = new Uint8Array(Math.max(0, size));
        survived.set(flushed.subarray(0, survived.length));
        if (kept === 1) survived.set(bytes.subarray(0, survived.length));
        stored.bytes = survived;
      }
    },
  };
}
