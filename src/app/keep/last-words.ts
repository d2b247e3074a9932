import type { SessionRecord } from '../../storage/session/record.ts';

const KEY = 'session-left';

/**
 * The record of a session that was left before its last changes were on the disk: a page that is being closed has no time to write files, but
 * `localStorage` is written at once. There is one place for it, of the tab that was left last.
 */
export interface LastWords {
  /** The record's text; undefined where all changes of this session have been written. */
  read(): string | undefined;
  write(record: SessionRecord): void;
  /** Once a newer record is on the disk: what `read` gave before that was begun is of no use any more; anything newer stays. */
  forget(text: string | undefined): void;
}

/** Of this session alone: those of another stay where they are. */
export function lastWordsOf(id: string): LastWords {
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
        // No room, or a private window: then the file that is being written has to be enough.
      }
    },
    forget(text) {
      if (text !== undefined && read() === text) localStorage.removeItem(KEY);
    },
  };
}
