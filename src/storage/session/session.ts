import { VpdError } from '../../errors.ts';
import type { Folder } from '../files/folder.ts';
import { filesOf, parseSessionRecord, type SessionRecord } from './record.ts';
import { arrayBytes, type KeptResult, writeResult } from './result-file.ts';
import { isSlot, readRecord, writeRecord } from './slots.ts';

/** A file that is not in the session's folder yet. */
export interface NewFile {
  readonly name: string;
  readonly content: Blob | KeptResult;
}

/** Results of a session together; beyond it they are computed again instead of being kept. A plane of the largest size has 7 MB. */
const MAX_RESULT_BYTES = 256 * 2 ** 20;

/** Whether there was no space, whatever the error was wrapped in. */
function isQuota(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return thrown.name === 'QuotaExceededError' || isQuota(thrown.cause);
}

/**
 * The session kept in a folder; undefined where there is none. Photos whose file is gone are left out.
 * @param newer A record that takes the place of the folder's.
 * @throws VpdError bad-file or unsupported: one sentence for what cannot be read
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
 * Puts a session in the place of the last one: new files first, then the record that names them, then what no record names is deleted.
 * Whatever breaks off on the way leaves the session before, but for results: they give way, the oldest first, to newer ones beyond
 * MAX_RESULT_BYTES, and where there is no space, to photos and choices.
 * @param record Its results stand in the order of their age, the oldest first.
 * @returns the record as written: without the results that gave way or found no space
 * @throws VpdError storage: not even the photos and the record fit
 */
export async function writeSession(
  folder: Folder,
  record: SessionRecord,
  files: readonly NewFile[],
): Promise<SessionRecord> {
  const wanted = filesOf(record);
  const fresh = new Map<string, KeptResult>();
  for (const { name, content } of files) if (!(content instanceof Blob)) fresh.set(name, content);
  try {
    const fitting = await newestThatFit(folder, record.results, fresh);
    /** Results on the disk and their bytes. */
    const here = new Map([...fitting].filter(([file]) => !fresh.has(file)));
    for (const { file } of record.results) if (!fitting.has(file)) await folder.remove(file);
    const written = (): SessionRecord => ({ ...record, results: record.results.filter(({ file }) => here.has(file)) });

    /** Deletes the oldest results, so many bytes of them; tells whether there were any. */
    async function giveWay(bytes: number): Promise<boolean> {
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
    /** Writes what must be kept: results give way to it, first as many as may do, then all. */
    async function must(bytes: number, write: () => Promise<void>): Promise<void> {
      for (const most of [bytes, Number.POSITIVE_INFINITY])
        try {
          return await write();
        } catch (thrown) {
          if (!isQuota(thrown) || !(await giveWay(most))) throw thrown;
        }
      return write();
    }

    for (const { name, content } of files)
      if (content instanceof Blob && wanted.has(name)) await must(content.size, () => keep(folder, name, content));
    // The newest first: what finds no space is older.
    for (const [file, bytes] of fitting) {
      const result = fresh.get(file);
      if (result && (await keep(folder, file, writeResult(result)).then(() => true, unlessQuota)))
        here.set(file, bytes);
    }
    const text = (): string => JSON.stringify(written());
    await must(text().length, () => writeRecord(folder, text()));
    await sweep(folder, filesOf(written()));
    return written();
  } catch (cause) {
    // The files of a record that was never written are of no use to anyone.
    await readSession(folder)
      .then((left) => sweep(folder, left ? filesOf(left) : new Set()))
      .catch(() => undefined);
    if (!isQuota(cause)) throw cause;
    throw new VpdError(
      'storage',
      'The browser has no space left to keep this session, so newer changes would be lost with the page; remove photos or free some disk space.',
      { cause },
    );
  }
}

async function keep(folder: Folder, name: string, content: Blob): Promise<void> {
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

/** Files and bytes of the newest results that have room together, the newest first: those on the disk, and those yet to be written. */
async function newestThatFit(
  folder: Folder,
  results: SessionRecord['results'],
  fresh: ReadonlyMap<string, KeptResult>,
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

/** Deletes every file that is neither a record nor named by the newest one: a photo that was removed is gone from the disk. */
async function sweep(folder: Folder, named: ReadonlySet<string>): Promise<void> {
  for (const name of await folder.names()) if (!isSlot(name) && !named.has(name)) await folder.remove(name);
}

/** Deletes everything. */
export async function clearSession(folder: Folder): Promise<void> {
  for (const name of await folder.names()) await folder.remove(name);
}
