import { toVpdError, VpdError } from '../../errors.ts';
import type { Folder } from '../../storage/files/folder.ts';
import { clearSetAside, freshPlace, type Place, takePlace } from '../../storage/session/places.ts';
import type { SessionRecord } from '../../storage/session/record.ts';
import { readSession } from '../../storage/session/session.ts';
import { setAside } from '../../storage/session/set-aside.ts';
import { createAutosave } from './autosave.ts';
import { keptResults } from './kept-results.ts';
import { type LastWords, lastWordsOf } from './last-words.ts';
import { createLedger } from './ledger.ts';
import type { KeepParts } from './parts.ts';
import { restoreSession, type Wish } from './restore.ts';

/** Which session this tab has: it outlives a reload, and no other tab sees it. */
const TAB_KEY = 'session';

/** The session on this machine's disk: brought back after a reload, and written in the background whenever it changes. */
export interface Keeper {
  /** Brings the kept session back, if there is one; tells whether. The samples must be in the strip already. */
  restore(wish: Wish): Promise<boolean>;
  /** Begins to write changes down. */
  start(): void;
  /** Deletes what is kept, from the disk too, and what could not be read of earlier visits. */
  clear(): Promise<void>;
}

/** Never fails: what cannot be read or kept is said in one sentence, and the page works on. */
export async function createKeeper(parts: KeepParts): Promise<Keeper> {
  try {
    const taken = await takePlace(sessionStorage.getItem(TAB_KEY) ?? undefined);
    const { place, record, aside } = await openPlace(taken, freshPlace, parts.session.tell);
    const { id, folder } = place;
    sessionStorage.setItem(TAB_KEY, id);
    const ledger = createLedger();
    parts.results.kept = keptResults(folder, ledger);
    const autosave = createAutosave(parts, folder, ledger, lastWordsOf(id));
    return {
      async restore(wish) {
        if (record) await restoreSession(parts, folder, ledger, record, wish);
        return record !== undefined;
      },
      start: autosave.start,
      async clear() {
        await autosave.clear();
        await clearSetAside(aside, forgetWords);
      },
    };
  } catch (thrown) {
    return withoutStorage(parts, thrown);
  }
}

function forgetWords(id: string): void {
  const words = lastWordsOf(id);
  words.forget(words.read());
}

interface Opened {
  readonly place: Place;
  readonly record: SessionRecord | undefined;
  /** The session that this page could not read: it stays as it is, for a page that can. */
  readonly aside: string | undefined;
}

/** What is kept in a place; where that cannot be read, it is said and the session goes on in a fresh one. */
export async function openPlace(
  place: Place,
  fresh: () => Promise<Place>,
  tell: (thrown: unknown) => void,
): Promise<Opened> {
  try {
    return { place, record: await readKept(place.folder, lastWordsOf(place.id)), aside: undefined };
  } catch (thrown) {
    tell(thrown);
    const { code } = toVpdError(thrown);
    // A disk that does not answer may do so later. Without room for the mark, another tab may try in vain, too.
    if (code === 'bad-file' || code === 'unsupported') await setAside(place.folder).catch(() => undefined);
    place.leave();
    return { place: await fresh(), record: undefined, aside: place.id };
  }
}

/** As the session was left; where that cannot be read, as it was last written. */
async function readKept(folder: Folder, words: LastWords): Promise<SessionRecord | undefined> {
  const left = words.read();
  if (left === undefined) return readSession(folder);
  try {
    return await readSession(folder, left);
  } catch {
    const written = await readSession(folder);
    words.forget(left);
    return written;
  }
}

/** Nothing can be kept: said when there is something to lose. */
function withoutStorage({ store, session }: KeepParts, cause: unknown): Keeper {
  return {
    restore: async () => false,
    start() {
      const stop = store.subscribe(({ photos }) => {
        if (!photos.some(({ source }) => source === 'user')) return;
        stop();
        const message =
          'This browser window keeps nothing on this machine (a private window, perhaps): photos, masks and results are gone when it is closed or reloaded.';
        session.tell(new VpdError('storage', message, { cause }));
      });
    },
    clear: async () => undefined,
  };
}
