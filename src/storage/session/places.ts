import type { Folder } from '../files/folder.ts';
import { findFolder, namesIn, openStorage, removeEntry, SESSIONS_FOLDER } from '../files/opfs.ts';
import { opfsFolder } from '../files/opfs-folder.ts';
import { isSetAside, isSetAsideHere } from './set-aside.ts';
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
  /** Lets other tabs have it. */
  leave(): void;
}

/** A session's id, and what lets go of its lock. */
type Held = Pick<Place, 'id' | 'leave'>;

interface Known {
  readonly id: string;
  readonly folder: Folder;
  /** When it was written last. */
  readonly written: number;
}

/**
 * A place for this tab's session. Each tab has one of its own and holds its lock as long as it lives, so that two tabs never write to
 * one: a tab that was reloaded takes the one it had, a new tab the newest that no other tab has open, else a fresh one. One that was set
 * aside is nobody's.
 * @param wanted Session that this tab had before it was reloaded.
 */
export async function takePlace(wanted: string | undefined): Promise<Place> {
  const root = await openStorage(SESSIONS_FOLDER);
  const known = await byAge(root);
  const open: string[] = [];
  for (const { id, folder } of known) if (!(await isSetAsideHere(folder))) open.push(id);
  const place = await placeOf(root, await choose(open, wanted));
  const others = known.filter(({ id }) => id !== place.id);
  for (const { id } of others.slice(MAX_SESSIONS - 1)) await ifFree(id, () => removeEntry(root, id));
  return place;
}

/**
 * Deletes every session that was set aside and is in no tab's use.
 * @param own One that this tab found unreadable: it may have had no room for the mark.
 * @param onGone Is told the id of each.
 */
export async function clearSetAside(own: string | undefined, onGone: (id: string) => void): Promise<void> {
  const root = await openStorage(SESSIONS_FOLDER);
  for (const { id, folder } of await byAge(root))
    if (id === own || (await isSetAside(folder)))
      await ifFree(id, async () => {
        await removeEntry(root, id);
        onGone(id);
      });
}

/** An empty place, for a tab whose own holds what must not be written over. */
export async function freshPlace(): Promise<Place> {
  return placeOf(await openStorage(SESSIONS_FOLDER), await holdFresh());
}

const placeOf = async (root: FileSystemDirectoryHandle, { id, leave }: Held): Promise<Place> => ({
  id,
  leave,
  folder: opfsFolder(await root.getDirectoryHandle(id, { create: true })),
});

async function choose(known: readonly string[], wanted: string | undefined): Promise<Held> {
  const again = wanted !== undefined && known.includes(wanted) ? await hold(wanted, PATIENCE_MS) : undefined;
  if (again) return again;
  for (const id of known) {
    const held = id === wanted ? undefined : await hold(id, 0);
    if (held) return held;
  }
  return holdFresh();
}

async function holdFresh(): Promise<Held> {
  const id = crypto.randomUUID();
  return (await hold(id, 0)) ?? { id, leave: () => undefined };
}

/** Takes a lock until it is left, or for the rest of this page's life; undefined where another tab has it and keeps it for `wait` ms more. */
function hold(id: string, wait: number): Promise<Held | undefined> {
  return new Promise((resolve) => {
    const options = wait > 0 ? { signal: AbortSignal.timeout(wait) } : { ifAvailable: true };
    navigator.locks
      .request(lockName(id), options, (lock) => {
        if (lock) return new Promise<void>((leave) => resolve({ id, leave }));
        resolve(undefined);
        return undefined;
      })
      .catch(() => resolve(undefined));
  });
}

/** Does something to a session that no tab has open. */
async function ifFree(id: string, work: () => Promise<void>): Promise<void> {
  await navigator.locks.request(lockName(id), { ifAvailable: true }, async (lock) => {
    if (lock) await work();
  });
}

/** Sessions, the one written last first. */
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
