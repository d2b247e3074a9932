import type { SessionRecord } from '../../storage/session/record.ts';

const KEY = 'session-left';

/**
 * Stores the record of a session whose page is unloaded before its last changes are on disk. A page that is being closed has no time to write files, but
 * `localStorage` is written at once. It has room for one record: that of the tab that was unloaded last.
 */
export interface UnloadRecord {
  /** Returns the record's text; undefined if all changes of this session were written. */
  read(): string | undefined;
  write(record: SessionRecord): void;
  /** Deletes the record if it is still `text`, which `read` returned before a newer record was written to disk. */
  forget(text: string | undefined): void;
}

/** Returns the unload record of one session; that of another session is neither read nor deleted. */
export function unloadRecordOf(id: string): UnloadRecord {
  const prefix = `${id} `;

  function read(): string | undefined {
    try {
      const stored = localStorage.getItem(KEY);
      return stored?.startsWith(prefix) ? stored.slice(prefix.length) : undefined;
    } catch {
      return undefined;
    }
  }

  return {
    read,
    write(record) {
      try {
        localStorage.setItem(KEY, prefix + JSON.stringify(record));
      } catch {
        // No space, or a private window: only what is written to files is saved then.
      }
    },
    forget(text) {
      if (text !== undefined && read() === text) localStorage.removeItem(KEY);
    },
  };
}
