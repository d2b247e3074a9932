import type * as v from 'valibot';
import { VpdError } from '../../errors.ts';
import { parseIfValid } from '../../json.ts';

/**
 * The origin-private file system: files on disk that only this page can access, without a permission prompt.
 *
 * - `packs/<id>/` holds a pack's files and `shelf.json`, which is written last: a pack without it is not listed.
 * - `converting/<id>/` holds an unfinished conversion and its journal.
 * - `sessions/<id>/` holds a tab's session: photos, results, and a record in two slots; `set-aside` marks one that could not be read.
 */
export const PACKS_FOLDER = 'packs';
export const CONVERTING_FOLDER = 'converting';
export const SESSIONS_FOLDER = 'sessions';

/** Opens one of the folders above, created if it does not exist. */
export async function openStorage(name: string): Promise<FileSystemDirectoryHandle> {
  // Missing in insecure pages and in some private windows; in others, getDirectory() throws.
  if (!('storage' in navigator) || !('getDirectory' in navigator.storage)) throw noStorage();
  let root: FileSystemDirectoryHandle;
  try {
    root = await navigator.storage.getDirectory();
  } catch (cause) {
    throw noStorage(cause);
  }
  // Safari 17 and 18 let pages write no files.
  if ('FileSystemFileHandle' in globalThis && !('createWritable' in FileSystemFileHandle.prototype))
    throw new VpdError(
      'storage',
      'This browser is too old to let pages write files, so models cannot be stored. Update it (Safari: to version 26 or newer), or use another.',
    );
  return withStorageErrors(`the folder ${name}`, () => root.getDirectoryHandle(name, { create: true }));
}

const noStorage = (cause?: unknown): VpdError =>
  new VpdError(
    'storage',
    'This browser window does not let pages store files (it is private, or storage is switched off), so models cannot be stored. Use a normal window.',
    { cause },
  );

/** Bytes that this page may still store; undefined if the browser does not say. */
export async function freeBytes(): Promise<number | undefined> {
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage);
}

/** Returns a folder in a folder; undefined if there is none. */
export function findFolder(
  parent: FileSystemDirectoryHandle,
  name: string,
): Promise<FileSystemDirectoryHandle | undefined> {
  return ifThere(() => parent.getDirectoryHandle(name));
}

/** Returns a file without reading its content; undefined if there is none. */
export async function findFile(folder: FileSystemDirectoryHandle, name: string): Promise<File | undefined> {
  const handle = await ifThere(() => folder.getFileHandle(name));
  return handle && (await ifThere(() => handle.getFile()));
}

/** Returns the content of a JSON file; undefined if there is no such file, or none that matches the schema. */
export async function readJsonFile<const S extends v.GenericSchema>(
  folder: FileSystemDirectoryHandle,
  name: string,
  schema: S,
): Promise<v.InferOutput<S> | undefined> {
  const file = await findFile(folder, name);
  // A file that is deleted while it is read counts as none.
  const text = await file?.text().catch(() => undefined);
  return text === undefined ? undefined : parseIfValid(schema, text);
}

/** Names of the folders or files in a folder, sorted. */
export async function namesIn(
  folder: FileSystemDirectoryHandle,
  kind: FileSystemHandle['kind'],
): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const [name, handle] of folder.entries()) if (handle.kind === kind) names.push(name);
  return names.sort();
}

/** All files of a folder by name. */
export async function filesIn(folder: FileSystemDirectoryHandle): Promise<Map<string, File>> {
  const files = new Map<string, File>();
  for (const name of await namesIn(folder, 'file')) {
    const file = await findFile(folder, name);
    if (file) files.set(name, file);
  }
  return files;
}

/** Writes a small file atomically: a reader sees the old content or the new, never a part. */
export async function writeFile(
  folder: FileSystemDirectoryHandle,
  name: string,
  content: string | Blob,
): Promise<void> {
  await withStorageErrors(name, async () => {
    const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
    try {
      await writable.write(content);
    } catch (thrown) {
      await writable.abort();
      throw thrown;
    }
    await writable.close();
  });
}

/** Deletes a file, or a folder with everything in it; does nothing if there is none. */
export async function removeEntry(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  await withStorageErrors(name, () => ifThere(() => folder.removeEntry(name, { recursive: true })));
}

/** Runs a storage operation; errors of the browser become a VpdError that says what to do. @param what name of the file or folder */
export async function withStorageErrors<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw storageError(what, thrown);
  }
}

/** Turns an error of the browser's storage into a VpdError; returns a VpdError unchanged. */
export function storageError(what: string, thrown: unknown): VpdError {
  if (thrown instanceof VpdError) return thrown;
  const name = thrown instanceof Error ? thrown.name : '';
  if (name === 'QuotaExceededError')
    return new VpdError(
      'storage',
      `There is no room left for ${what}: this page’s share of the disk is used up. Delete a model that you no longer need, or free disk space, and continue.`,
      { cause: thrown },
    );
  if (name === 'NoModificationAllowedError')
    return new VpdError('storage', `${what} is in use by another tab of this page. Close it there and try again.`, {
      cause: thrown,
    });
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new VpdError('storage', `${what} could not be stored: ${why}`, { cause: thrown });
}

async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof DOMException && (thrown.name === 'NotFoundError' || thrown.name === 'TypeMismatchError'))
      return undefined;
    throw thrown;
  }
}
