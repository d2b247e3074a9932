import type { SyncFile, SyncFolder } from '../files/sync-folder.ts';

/** Thrown by operations of a tab that was killed. It has its own class, so that the tested code does not treat it as a known error. */
export class TabKilled extends Error {}

interface Stored {
  /** Content as the page reads it. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Content that survives a power failure. */
  flushed: Uint8Array<ArrayBuffer>;
}

/**
 * A folder in memory, for tests, whose tab is killed in the middle of a write. Files then have the content that a disk would have: all
 * written bytes if only the tab was killed; after a power failure, only a part of the unflushed bytes or none.
 */
export function tornFolder() {
  const files = new Map<string, Stored>();
  let left = Number.POSITIVE_INFINITY;
  let open = new Set<string>();
  /** Number of the current tab. */
  let tab = 0;

  const folder: SyncFolder = {
    open: async (name) => {
      if (open.has(name)) throw new DOMException('The file is open.', 'NoModificationAllowedError');
      open.add(name);
      const openedBy = tab;
      const stored = files.get(name) ?? { bytes: new Uint8Array(0), flushed: new Uint8Array(0) };
      files.set(name, stored);
      const checkAlive = (): void => {
        if (openedBy !== tab) throw new TabKilled('The tab is gone.');
      };
      const resize = (size: number): void => {
        const next = new Uint8Array(size);
        next.set(stored.bytes.subarray(0, size));
        stored.bytes = next;
      };
      const file: SyncFile = {
        read(into, { at }) {
          checkAlive();
          const part = stored.bytes.subarray(at, at + into.length);
          into.set(part);
          return part.length;
        },
        write(bytes, { at }) {
          checkAlive();
          const count = Math.min(bytes.length, left);
          left -= count;
          if (at + count > stored.bytes.length) resize(at + count);
          stored.bytes.set(bytes.subarray(0, count), at);
          if (left === 0) {
            tab++;
            throw new TabKilled('The tab was killed.');
          }
          return count;
        },
        getSize: () => stored.bytes.length,
        truncate: resize,
        flush() {
          checkAlive();
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
    /** Kills the tab after this many written bytes. */
    dieAfter(bytes: number): void {
      left = bytes;
    },
    /** Starts a new tab on the same disk, which still has the share `kept` of the unflushed bytes (1: all, as after a crash of the tab). */
    revive(kept = 1): void {
      tab++;
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
