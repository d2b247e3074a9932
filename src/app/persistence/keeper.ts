import { toVpdError, VpdError } from '../../errors.ts';
import type { Folder } from '../../storage/files/folder.ts';
import { clearSetAside, freshPlace, type Place, takePlace } from '../../storage/session/places.ts';
import type { SessionRecord } from '../../storage/session/record.ts';
import { readSession } from '../../storage/session/session.ts';
import { setAside } from '../../storage/session/set-aside.ts';
import { createAutosave } from './autosave.ts';
import { keptResults } from './kept-results.ts';
import { createLedger } from './ledger.ts';
import type { KeepParts } from './parts.ts';
import { type AddressRequest, restoreSession } from './restore.ts';
import { type UnloadRecord, unloadRecordOf } from './unload-record.ts';

/** Key of the tab's session id in `sessionStorage`, which survives a reload and is not shared with other tabs. */
const TAB_KEY = 'session';

/** The session on disk: restored after a reload, and written in the background whenever it changes. */
export interface Keeper {
  /** Restores the saved session; resolves to false if there is none. The samples must be in the strip already. */
  restore(requested: AddressRequest): Promise<boolean>;
  /** Starts writing changes. */
  start(): void;
  /** Deletes the session on disk, and sessions of earlier visits that could not be read. */
  clear(): Promise<void>;
}

/** Opens the tab's session on disk. Never fails: if it cannot be read or saved, that is reported, and the page works without. */
export async function createKeeper(parts: KeepParts): Promise<Keeper> {
  try {
    const taken = await takePlace(sessionStorage.getItem(TAB_KEY) ?? undefined);
    const { place, record, aside } = await openPlace(taken, freshPlace, parts.session.showError);
    const { id, folder } = place;
    sessionStorage.setItem(TAB_KEY, id);
    const ledger = createLedger();
    parts.results.kept = keptResults(folder, ledger);
    const autosave = createAutosave(parts, folder, ledger, unloadRecordOf(id));
    return {
      async restore(requested) {
        if (record) await restoreSession(parts, folder, ledger, record, requested);
        return record !== undefined;
      },
      start: autosave.start,
      async clear() {
        await autosave.clear();
        await clearSetAside(aside, forgetUnloadRecord);
      },
    };
  } catch (thrown) {
    return withoutStorage(parts, thrown);
  }
}

function forgetUnloadRecord(id: string): void {
  const unload = unloadRecordOf(id);
  unload.forget(unload.read());
}

interface Opened {
  readonly place: Place;
  readonly record: SessionRecord | undefined;
  /** Id of a session that this version cannot read; it stays as it is, for a version that can. */
  readonly aside: string | undefined;
}

/** Reads the session of a place. If that fails, reports the error and opens a new place instead. */
export async function openPlace(
  place: Place,
  fresh: () => Promise<Place>,
  showError: (thrown: unknown) => void,
): Promise<Opened> {
  try {
    return { place, record: await readKept(place.folder, unloadRecordOf(place.id)), aside: undefined };
  } catch (thrown) {
    showError(thrown);
    const { code } = toVpdError(thrown);
    // Other errors, e.g. of a disk that does not answer, may not last. Without space for the mark, another tab may fail on it, too.
    if (code === 'bad-file' || code === 'unsupported') await setAside(place.folder).catch(() => undefined);
    place.leave();
    return { place: await fresh(), record: undefined, aside: place.id };
  }
}

/** Reads a session by its unload record; by the last record on disk if there is none or it cannot be read. */
async function readKept(folder: Folder, unload: UnloadRecord): Promise<SessionRecord | undefined> {
  const left = unload.read();
  if (left === undefined) return readSession(folder);
  try {
    return await readSession(folder, left);
  } catch {
    const written = await readSession(folder);
    unload.forget(left);
    return written;
  }
}

/** Returns a keeper that saves nothing, which is reported when the first photo of the user is added. */
function withoutStorage({ store, session }: KeepParts, cause: unknown): Keeper {
  return {
    restore: async () => false,
    start() {
      const stop = store.subscribe(({ photos }) => {
        if (!photos.some(({ source }) => source === 'user')) return;
        stop();
        const message =
          'This browser window keeps nothing on this machine (it is private, perhaps, or the browser is old): photos, masks and results are gone when it is closed or reloaded.';
        session.showError(new VpdError('storage', message, { cause }));
      });
    },
    clear: async () => undefined,
  };
}
