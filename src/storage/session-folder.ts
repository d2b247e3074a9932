import { VpdError } from '../errors.ts';
import type { Folder } from './folder.ts';
import { type KeptResult, writeResult } from './result-file.ts';
import { filesOf, parseSessionRecord, type SessionRecord } from './session-record.ts';
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
 * Whatever breaks off on the way leaves the session before. Where there is no space, results give way to photos and choices.
 * @returns the record as written: without the results that found no space
 * @throws VpdError storage: not even the photos and the record fit
 */
export async function writeSession(
  folder: Folder,
  record: SessionRecord,
  files: readonly NewFile[],
): Promise<SessionRecord> {
  const wanted = filesOf(record);
  const missing = new Set<string>();
  try {
    const photos = files.filter(({ content }) => content instanceof Blob);
    for (const file of photos) if (wanted.has(file.name)) await keep(folder, file);
    let room = MAX_RESULT_BYTES - (await sizeOf(folder, record.results));
    for (const file of files) {
      if (file.content instanceof Blob || !wanted.has(file.name)) continue;
      const content = writeResult(file.content);
      room -= content.size;
      const kept = room >= 0 && (await keep(folder, { name: file.name, content }).then(() => true, unlessQuota));
      if (!kept) missing.add(file.name);
    }
    const written = { ...record, results: record.results.filter(({ file }) => !missing.has(file)) };
    await writeRecord(folder, JSON.stringify(written));
    await sweep(folder, filesOf(written));
    return written;
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

async function keep(folder: Folder, { name, content }: NewFile): Promise<void> {
  if (!(content instanceof Blob)) return;
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

/** Bytes of those results that are on the disk already. */
async function sizeOf(folder: Folder, results: SessionRecord['results']): Promise<number> {
  let bytes = 0;
  for (const { file } of results) bytes += (await folder.read(file))?.size ?? 0;
  return bytes;
}

/** Deletes every file that is neither a record nor named by the newest one: a photo that was removed is gone from the disk. */
async function sweep(folder: Folder, named: ReadonlySet<string>): Promise<void> {
  for (const name of await folder.names()) if (!isSlot(name) && !named.has(name)) await folder.remove(name);
}

/** Deletes everything. */
export async function clearSession(folder: Folder): Promise<void> {
  for (const name of await folder.names()) await folder.remove(name);
}
