import type { Folder } from '../files/folder.ts';
import { ifFree, sessionLock } from '../files/locks.ts';
import { findFolder, namesIn, openStorage, removeEntry, SESSIONS_FOLDER } from '../files/opfs.ts';
import { opfsFolder } from '../files/opfs-folder.ts';
import { isSetAside, isSetAsideHere } from './set-aside.ts';
import { SLOTS } from './slots.ts';

/** Longest wait for the lock of this tab's own session: a page that is reloaded releases it after a moment. */
const MAX_LOCK_WAIT_MS = 1500;
/** Number of sessions kept, including those of closed tabs; beyond it the oldest are deleted. */
const MAX_SESSIONS = 4;

/** The folder of a tab's session, whose lock the tab holds. */
export interface Place {
  readonly id: string;
  readonly folder: Folder;
  /** Releases the lock, so that other tabs can take the session. */
  leave(): void;
}

/** A session whose lock this tab holds. */
type Held = Pick<Place, 'id' | 'leave'>;

interface Known {
  readonly id: string;
  readonly folder: Folder;
  /** Time of the last write, in ms since 1970. */
  readonly written: number;
}

/**
 * Takes a session for this tab and locks it until the tab is closed, so that two tabs never write to the same one. A reloaded tab takes
 * its previous session; a new tab takes the newest one that no other tab has open, or a new one. Sessions that were set aside are skipped.
 * @param wanted Session that this tab had before it was reloaded.
 */
export async function takePlace(wanted: string | undefined): Promise<Place> {
  const root = await openStorage(SESSIONS_FOLDER);
  const known = await byAge(root);
  const open: string[] = [];
  for (const { id, folder } of known) if (!(await isSetAsideHere(folder))) open.push(id);
  const place = await placeOf(root, await choose(open, wanted));
  const others = known.filter(({ id }) => id !== place.id);
  for (const { id } of others.slice(MAX_SESSIONS - 1)) await ifFree(sessionLock(id), () => removeEntry(root, id));
  return place;
}

/**
 * Deletes every session that was set aside and that no tab has open.
 * @param own A session that this tab found unreadable, deleted too: the disk may have been too full for its mark.
 * @param onGone Called with the id of each deleted session.
 */
export async function clearSetAside(own: string | undefined, onGone: (id: string) => void): Promise<void> {
  const root = await openStorage(SESSIONS_FOLDER);
  for (const { id, folder } of await byAge(root))
    if (id === own || (await isSetAside(folder)))
      await ifFree(sessionLock(id), async () => {
        await removeEntry(root, id);
        onGone(id);
      });
}

/** Takes a new session, for a tab whose own session must not be overwritten. */
export async function freshPlace(): Promise<Place> {
  return placeOf(await openStorage(SESSIONS_FOLDER), await holdFresh());
}

const placeOf = async (root: FileSystemDirectoryHandle, { id, leave }: Held): Promise<Place> => ({
  id,
  leave,
  folder: opfsFolder(await root.getDirectoryHandle(id, { create: true })),
});

async function choose(known: readonly string[], wanted: string | undefined): Promise<Held> {
  const again = wanted !== undefined && known.includes(wanted) ? await hold(wanted, MAX_LOCK_WAIT_MS) : undefined;
  if (again) return again;
  for (const id of known) {
    const held = await hold(id, 0);
    if (held) return held;
  }
  return holdFresh();
}

async function holdFresh(): Promise<Held> {
  const id = crypto.randomUUID();
  return (await hold(id, 0)) ?? { id, leave: () => undefined };
}

/** Takes a lock and holds it until `leave` is called or the page ends; undefined if another tab holds it for longer than `wait` ms. */
function hold(id: string, wait: number): Promise<Held | undefined> {
  return new Promise((resolve) => {
    const options = wait > 0 ? { signal: AbortSignal.timeout(wait) } : { ifAvailable: true };
    navigator.locks
      .request(sessionLock(id), options, (lock) => {
        if (lock) return new Promise<void>((leave) => resolve({ id, leave }));
        resolve(undefined);
        return undefined;
      })
      .catch(() => resolve(undefined));
  });
}

/** Returns all sessions, the most recently written first. */
async function byAge(root: FileSystemDirectoryHandle): Promise<readonly Known[]> {
  const sessions: Known[] = [];
  for (const id of await namesIn(root, 'directory')) {
    const handle = await findFolder(root, id);
    if (!handle) continue;
    const folder = opfsFolder(handle);
    const files = await Promise.all(SLOTS.map((name) => folder.read(name)));
    const times = files.map((file) => (file instanceof File ? file.lastModified : 0));
    sessions.push({ id, folder, written: Math.max(...times) });
  }
  return sessions.sort((a, b) => b.written - a.written);
}
