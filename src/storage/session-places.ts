import type { Folder } from './folder.ts';
import { findFolder, namesIn, openStorage, removeEntry, SESSIONS_FOLDER } from './opfs.ts';
import { opfsFolder } from './opfs-folder.ts';
import { SLOTS } from './slots.ts';

/** As the Web Locks API names them, for all pages of this origin. */
const lockName = (id: string): string => `vpd-session ${id}`;
/** A page that is being reloaded lets go of its lock within moments. */
const PATIENCE_MS = 1500;
/** Sessions of tabs that were closed while others were open; beyond these, the oldest are deleted. */
const MAX_SESSIONS = 4;

export interface Place {
  readonly id: string;
  readonly folder: Folder;
}

/**
 * A place for this tab's session. Each tab has one of its own and holds its lock as long as it lives, so that two tabs never write to
 * one: a tab that was reloaded takes the one it had, a new tab the newest that no other tab has open, else a fresh one.
 * @param wanted Session that this tab had before it was reloaded.
 */
export async function takePlace(wanted: string | undefined): Promise<Place> {
  const root = await openStorage(SESSIONS_FOLDER);
  const known = await byAge(root);
  const place = await placeOf(root, await choose(known, wanted));
  const { id } = place;
  for (const old of known.filter((each) => each !== id).slice(MAX_SESSIONS - 1))
    await navigator.locks.request(lockName(old), { ifAvailable: true }, async (lock) => {
      if (lock) await removeEntry(root, old);
    });
  return place;
}

/** An empty place, for a tab whose own holds what must not be written over. */
export async function freshPlace(): Promise<Place> {
  return placeOf(await openStorage(SESSIONS_FOLDER), await holdFresh());
}

const placeOf = async (root: FileSystemDirectoryHandle, id: string): Promise<Place> => ({
  id,
  folder: opfsFolder(await root.getDirectoryHandle(id, { create: true })),
});

async function choose(known: readonly string[], wanted: string | undefined): Promise<string> {
  if (wanted !== undefined && known.includes(wanted) && (await hold(wanted, PATIENCE_MS))) return wanted;
  for (const id of known) if (id !== wanted && (await hold(id, 0))) return id;
  return holdFresh();
}

async function holdFresh(): Promise<string> {
  const fresh = crypto.randomUUID();
  await hold(fresh, 0);
  return fresh;
}

/** Takes a lock for the rest of this page's life; false where another tab has it and keeps it for `wait` ms more. */
function hold(id: string, wait: number): Promise<boolean> {
  return new Promise((resolve) => {
    const options = wait > 0 ? { signal: AbortSignal.timeout(wait) } : { ifAvailable: true };
    navigator.locks
      .request(lockName(id), options, (lock) => {
        resolve(lock !== null);
        return lock ? new Promise<never>(() => undefined) : undefined;
      })
      .catch(() => resolve(false));
  });
}

/** Sessions, the one written last first. */
async function byAge(root: FileSystemDirectoryHandle): Promise<readonly string[]> {
  const sessions: { readonly id: string; readonly written: number }[] = [];
  for (const id of await namesIn(root, 'directory')) {
    const handle = await findFolder(root, id);
    if (!handle) continue;
    const folder = opfsFolder(handle);
    const files = await Promise.all(SLOTS.map((name) => folder.read(name)));
    const times = files.map((file) => (file instanceof File ? file.lastModified : 0));
    sessions.push({ id, written: Math.max(...times) });
  }
  return sessions.sort((a, b) => b.written - a.written).map(({ id }) => id);
}
