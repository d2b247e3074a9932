import type { Answer } from '../../engine/answer.ts';
import { VpdError } from '../../errors.ts';
import type { Folder } from '../files/folder.ts';
import { filesOf, parseSessionRecord, type SessionRecord } from './record.ts';
import { arrayBytes, writeResult } from './result-file.ts';
import { isSlot, readRecord, writeRecord } from './slots.ts';

/** A file to be added to the session's folder. */
export interface NewFile {
  readonly name: string;
  readonly content: Blob | Answer;
}

/** Limit for all results of a session together; results beyond it are not saved but computed again. The largest plane has 7 MB. */
const MAX_RESULT_BYTES = 256 * 2 ** 20;

/** True if an error, or one that it wraps, says that the disk is full. */
function isQuota(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return thrown.name === 'QuotaExceededError' || isQuota(thrown.cause);
}

/**
 * Reads the session of a folder; undefined if there is none. Photos and results whose file is missing are left out.
 * @param newer Text of a record to use instead of the folder's.
 * @throws VpdError bad-file or unsupported
 */
export async function readSession(folder: Folder, newer?: string): Promise<SessionRecord | undefined> {
  const text = newer ?? (await readRecord(folder));
  if (text === undefined) return undefined;
  const record = parseSessionRecord(text);
  const names = new Set(await folder.names());
  return {
    ...record,
    photos: record.photos.filter(({ file }) => names.has(file)),
    results: record.results.filter(({ file }) => names.has(file)),
  };
}

/**
 * Replaces the saved session: writes new files, then the record that names them, then deletes the files that the record does not name.
 * A failure at any step leaves the previous session intact, except that results may be missing: the oldest are deleted for newer ones
 * beyond MAX_RESULT_BYTES and, on a full disk, for photos and the record.
 * @param record Its results are ordered by age, the oldest first.
 * @returns the record as written, without the results that were deleted or did not fit
 * @throws VpdError storage if not even the photos and the record fit
 */
export async function writeSession(
  folder: Folder,
  record: SessionRecord,
  files: readonly NewFile[],
): Promise<SessionRecord> {
  const wanted = filesOf(record);
  const fresh = new Map<string, Answer>();
  for (const { name, content } of files) if (!(content instanceof Blob)) fresh.set(name, content);
  try {
    const fitting = await newestThatFit(folder, record.results, fresh);
    /** Results on disk, and their bytes. */
    const here = new Map([...fitting].filter(([file]) => !fresh.has(file)));
    for (const { file } of record.results) if (!fitting.has(file)) await folder.remove(file);
    const written = (): SessionRecord => ({ ...record, results: record.results.filter(({ file }) => here.has(file)) });

    /** Deletes the oldest results until `bytes` bytes are free; returns false if there was none to delete. */
    async function deleteOldest(bytes: number): Promise<boolean> {
      const { results } = written();
      let freed = 0;
      for (const { file } of results) {
        if (freed >= bytes) break;
        await folder.remove(file);
        freed += here.get(file) ?? 0;
        here.delete(file);
      }
      return results.length > 0;
    }
    /** Writes a required file of `bytes` bytes. On a full disk, deletes as many results as should suffice, then all. */
    async function writeRequired(bytes: number, write: () => Promise<void>): Promise<void> {
      for (const amount of [bytes, Number.POSITIVE_INFINITY])
        try {
          return await write();
        } catch (thrown) {
          if (!isQuota(thrown) || !(await deleteOldest(amount))) throw thrown;
        }
      return write();
    }

    for (const { name, content } of files)
      if (content instanceof Blob && wanted.has(name))
        await writeRequired(content.size, () => writeWhole(folder, name, content));
    // The newest first, so that results without space are the older ones.
    for (const [file, bytes] of fitting) {
      const result = fresh.get(file);
      if (result && (await writeWhole(folder, file, writeResult(result)).then(() => true, unlessQuota)))
        here.set(file, bytes);
    }
    const text = (): string => JSON.stringify(written());
    await writeRequired(text().length, () => writeRecord(folder, text()));
    await sweep(folder, filesOf(written()));
    return written();
  } catch (cause) {
    // Deletes the new files: the record that names them was not written.
    await readSession(folder)
      .then((left) => sweep(folder, left ? filesOf(left) : new Set()))
      .catch(() => undefined);
    if (!isQuota(cause)) throw cause;
    throw new VpdError(
      'storage',
      'The browser has no space left to keep this session, so newer changes will be lost when the page is closed; remove photos or free some disk space.',
      { cause },
    );
  }
}

/** Writes a file; deletes it again if only a part was written. */
async function writeWhole(folder: Folder, name: string, content: Blob): Promise<void> {
  try {
    await folder.write(name, content);
  } catch (thrown) {
    await folder.remove(name).catch(() => undefined);
    throw thrown;
  }
}

function unlessQuota(thrown: unknown): false {
  if (isQuota(thrown)) return false;
  throw thrown;
}

/** Names and bytes of the newest results that fit into MAX_RESULT_BYTES, the newest first, on disk or still to be written. */
async function newestThatFit(
  folder: Folder,
  results: SessionRecord['results'],
  fresh: ReadonlyMap<string, Answer>,
): Promise<ReadonlyMap<string, number>> {
  const fitting = new Map<string, number>();
  let room = MAX_RESULT_BYTES;
  for (const { file } of results.toReversed()) {
    const result = fresh.get(file);
    const bytes = result ? arrayBytes(result) : (await folder.read(file))?.size;
    if (bytes === undefined) continue;
    room -= bytes;
    if (room < 0) break;
    fitting.set(file, bytes);
  }
  return fitting;
}

/** Deletes every file that is neither a record nor named by the newest record, e.g. those of removed photos. */
async function sweep(folder: Folder, named: ReadonlySet<string>): Promise<void> {
  for (const name of await folder.names()) if (!isSlot(name) && !named.has(name)) await folder.remove(name);
}

/** Deletes all files of a session. */
export async function clearSession(folder: Folder): Promise<void> {
  for (const name of await folder.names()) await folder.remove(name);
}
