import { VpdError } from '../../errors.ts';
import { CONFIG_FILE, parsePackConfig } from '../../weights/pack/pack-config.ts';
import { sha256OfBlob } from '../../weights/sha256.ts';
import { conversionLock, ifFree, packLock, whenFree } from '../files/locks.ts';
import {
  CONVERTING_FOLDER,
  findFile,
  findFolder,
  namesIn,
  openStorage,
  PACKS_FOLDER,
  removeEntry,
  withStorageErrors,
} from '../files/opfs.ts';
import { findShelfEntry, writeShelfEntry } from '../shelf/stored-pack.ts';
import { type Journal, readJournal } from './journal.ts';
import type { FinishedConversion } from './protocol.ts';
import { LOG_FILE, readMarks } from './sink.ts';

/** A conversion that was started and is not finished. */
export interface StoppedConversion extends Journal {
  /** Bytes written so far. */
  readonly kept: number;
  /** True while a tab works on it. */
  readonly busy: boolean;
}

async function heldLocks(): Promise<ReadonlySet<string>> {
  const { held } = await navigator.locks.query();
  return new Set(held?.flatMap(({ name }) => (name === undefined ? [] : [name])));
}

/** Lists the conversions that can be resumed, newest first. Deletes folders without a journal, or whose pack is on the shelf already. */
export async function listConversions(): Promise<readonly StoppedConversion[]> {
  const root = await openStorage(CONVERTING_FOLDER);
  const held = await heldLocks();
  const found: StoppedConversion[] = [];
  for (const id of await namesIn(root, 'directory')) {
    const journal = await resumableJournal(root, id);
    if (journal) found.push({ ...journal, kept: await keptBytes(id), busy: held.has(conversionLock(id)) });
    else
      await ifFree(conversionLock(id), async () => {
        // Another tab may have written the journal before this lock was granted.
        if (!(await resumableJournal(root, id))) await removeConversion(id);
      });
  }
  return found.sort((a, b) => (a.begun < b.begun ? 1 : -1));
}

/** Journal of a conversion whose pack is not on the shelf yet; undefined if there is nothing to resume. */
async function resumableJournal(root: FileSystemDirectoryHandle, id: string): Promise<Journal | undefined> {
  const folder = await findFolder(root, id);
  const journal = folder && (await readJournal(folder));
  return journal?.id === id && !(await findShelfEntry(id)) ? journal : undefined;
}

/** Waits until no tab works on a conversion. After a reload, the previous page of the same tab may hold the lock for a moment. */
export async function whenIdle(id: string): Promise<void> {
  await navigator.locks.request(conversionLock(id), { mode: 'shared' }, () => undefined);
}

/**
 * Deletes everything that a conversion wrote.
 * @throws VpdError storage while a tab works on it
 */
export async function discardConversion(id: string): Promise<void> {
  if (!(await ifFree(conversionLock(id), () => removeConversion(id))))
    throw new VpdError(
      'storage',
      'This conversion is under way in another tab of this page. Cancel it there, or wait until it has ended.',
    );
}

/** Like `discardConversion`, for a caller that holds the conversion's lock. */
export async function removeConversion(id: string): Promise<void> {
  await removeEntry(await openStorage(CONVERTING_FOLDER), id);
}

/** Bytes that a conversion has written and logged; 0 if there is no such conversion. */
export async function keptBytes(id: string): Promise<number> {
  const folder = await findFolder(await openStorage(CONVERTING_FOLDER), id);
  const lastMarks = new Map<string, number>();
  for (const { file, bytes } of folder ? await marksIn(folder) : []) lastMarks.set(file, bytes);
  return [...lastMarks.values()].reduce((sum, bytes) => sum + bytes, 0);
}

async function marksIn(folder: FileSystemDirectoryHandle) {
  const log = await findFile(folder, LOG_FILE);
  return log ? readMarks(new Uint8Array(await log.arrayBuffer())).marks : [];
}

/** Files of a pack and their sizes. */
type Sizes = ReadonlyMap<string, number>;

/** Names and sizes of a finished conversion's files, before and during their move to the shelf; undefined if one is missing. */
async function filesOf(from: FileSystemDirectoryHandle, to: FileSystemDirectoryHandle | undefined) {
  const find = async (name: string) => (await findFile(from, name)) ?? (to && (await findFile(to, name)));
  const text = await find(CONFIG_FILE);
  if (!text) return undefined;
  const { files } = parsePackConfig(await text.text());
  const expected: Sizes = new Map([
    ...Object.entries(files).map(([name, { bytes }]) => [name, bytes] as const),
    // Moved last: its presence on the shelf means that all others are there.
    [CONFIG_FILE, text.size],
  ]);
  for (const [name, bytes] of expected) if ((await find(name))?.size !== bytes) return undefined;
  return { expected, sha256: await sha256OfBlob(CONFIG_FILE, text) };
}

/** True if all files are written and only have to be moved. */
export async function isComplete(id: string, from: FileSystemDirectoryHandle): Promise<boolean> {
  // The log names config.json only after all other files are on disk.
  if (!(await marksIn(from)).some(({ file }) => file === CONFIG_FILE)) return false;
  return (await filesOf(from, await findFolder(await openStorage(PACKS_FOLDER), id))) !== undefined;
}

/**
 * Moves a finished conversion, whose lock the caller holds, to the shelf. A crash may happen after any step: the next call resumes, and
 * the pack is listed only after the last step.
 * @param signal Ends the wait for another tab that stores the same pack; the move itself is not interrupted
 * @throws VpdError storage if files are gone or cannot be moved; cancelled
 */
export async function publishConversion(
  { id, name, files }: Journal,
  from: FileSystemDirectoryHandle,
  signal: AbortSignal,
): Promise<FinishedConversion> {
  const packs = await openStorage(PACKS_FOLDER);
  return whenFree(packLock(id), signal, async () => {
    const to = await withStorageErrors(id, () => packs.getDirectoryHandle(id, { create: true }));
    const gone = () =>
      new VpdError('storage', `Files of ${name} are gone from this browser’s storage. Convert it again.`);
    const found = await filesOf(from, to);
    if (!found) throw gone();
    // The hashes were computed while writing, so the pack need not be read again before it is first opened.
    const checked: Record<string, number> = {};
    for (const file of found.expected.keys()) {
      await moveFile(from, to, file);
      const moved = await findFile(to, file);
      if (!moved) throw gone();
      checked[file] = moved.lastModified;
    }
    await writeShelfEntry(to, {
      name,
      date: new Date().toISOString(),
      source: files.map(({ name: file, url }) => url ?? file).join(' + '),
      sha256: found.sha256,
      checked,
    });
    await removeConversion(id);
    return {
      id,
      name,
      sha256: found.sha256,
      bytes: [...found.expected.values()].reduce((sum, bytes) => sum + bytes, 0),
    };
  });
}

/** Browsers with a private file system can move files within it, but TypeScript's library lacks the method. */
interface Movable {
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
}
const isMovable = (handle: object): handle is Movable => 'move' in handle;

async function moveFile(from: FileSystemDirectoryHandle, to: FileSystemDirectoryHandle, name: string): Promise<void> {
  if (!(await findFile(from, name))) return;
  await withStorageErrors(name, async () => {
    const handle = await from.getFileHandle(name);
    if (!isMovable(handle))
      throw new VpdError(
        'storage',
        'This browser cannot move stored files. Use a newer version of it; the conversion then continues from the files written so far.',
      );
    await handle.move(to, name);
  });
}
