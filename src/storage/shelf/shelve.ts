import * as v from 'valibot';
import { toVpdError, VpdError } from '../../errors.ts';
import { openPack, summarize } from '../../weights/pack.ts';
import { CONFIG_FILE, INCOMING_FILE, type PackConfig, parsePackConfig } from '../../weights/pack-config.ts';
import { createSha256 } from '../../weights/sha256.ts';
import { packLock } from '../files/locks.ts';
import { filesIn, findFile, openStorage, PACKS_FOLDER, removeEntry, storing, writeFile } from '../files/opfs.ts';
import { opfsSyncFolder } from '../files/opfs-sync-folder.ts';
import { type Incoming, noRoom, packBytes, type ReceiveOptions, receivePack } from './receive-pack.ts';
import { readShelfEntry, writeShelfEntry } from './stored-pack.ts';

/** What INCOMING_FILE says: where a download that has not ended comes from. */
const noteSchema = v.object({
  address: v.string(),
  name: v.string(),
  total: v.number(),
  /** ETag of each file at the first attempt, so that a later one does not mix two versions. */
  etags: v.record(v.string(), v.string()),
});
export type IncomingNote = v.InferOutput<typeof noteSchema>;

export async function readIncomingNote(folder: FileSystemDirectoryHandle): Promise<IncomingNote | undefined> {
  const file = await findFile(folder, INCOMING_FILE);
  if (!file) return undefined;
  try {
    const parsed = v.safeParse(noteSchema, JSON.parse(await file.text()));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

export const writeIncomingNote = (folder: FileSystemDirectoryHandle, note: IncomingNote): Promise<void> =>
  writeFile(folder, INCOMING_FILE, `${JSON.stringify(note, null, 1)}\n`);

/** A pack's config as it came, byte by byte: its hash names the pack. */
export interface ArrivingConfig {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly config: PackConfig;
  readonly sha256: string;
  /** Folder on the shelf: the same pack has the same one, wherever it comes from. */
  readonly id: string;
}

export function readConfig(bytes: Uint8Array<ArrayBuffer>): ArrivingConfig {
  const config = parsePackConfig(new TextDecoder().decode(bytes));
  const hash = createSha256();
  hash.update(bytes);
  const sha256 = hash.hex();
  const slug = config.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  return { bytes, config, sha256, id: `${slug || 'pack'}-${sha256.slice(0, 12)}` };
}

/** Id of the pack with this config, if it is on the shelf already. */
export async function findStored(sha256: string): Promise<string | undefined> {
  const packs = await openStorage(PACKS_FOLDER);
  for await (const [id, handle] of packs.entries())
    if (handle.kind === 'directory' && (await readShelfEntry(handle))?.sha256 === sha256) return id;
  return undefined;
}

interface ShelveOptions extends ReceiveOptions {
  readonly source: string;
  /** Whether what has come stays after a failure, so that it can go on; what a download of the same pack had brought does anyway. */
  readonly keep: boolean;
  /** Called with the pack's folder before anything comes in. */
  readonly prepare?: (folder: FileSystemDirectoryHandle) => Promise<void>;
}

/** Holds the lock of a pack's folder, of which there is one among all tabs of this page. */
export function alone<T>(id: string, name: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(packLock(id), { ifAvailable: true }, (lock) => {
    if (!lock)
      throw new VpdError(
        'storage',
        `${name} is being stored by another tab of this page. Wait until it has ended there.`,
      );
    return work();
  });
}

/**
 * Puts a pack on the shelf: files first, each checked, then the config, then, last, the entry that lists it. Gives its id; a pack that is
 * there already stays as it is.
 * @throws VpdError storage where there is no room (before anything is written, as far as the browser tells); bad-file
 */
export async function shelve(arriving: ArrivingConfig, incoming: Incoming, options: ShelveOptions): Promise<string> {
  const { config, sha256, id } = arriving;
  const stored = await findStored(sha256);
  if (stored !== undefined) return stored;
  const packs = await openStorage(PACKS_FOLDER);
  return alone(id, config.name, async () => {
    // Another tab may have stored it in the meantime: what fails here would take that away.
    const already = await findStored(sha256);
    if (already !== undefined) return already;
    const folder = await storing(config.name, () => packs.getDirectoryHandle(id, { create: true }));
    const keep = options.keep || (await readIncomingNote(folder)) !== undefined;
    try {
      await checkRoom(config, folder);
      await options.prepare?.(folder);
      await receivePack(opfsSyncFolder(folder), config, incoming, options);
      await writeFile(folder, CONFIG_FILE, new Blob([arriving.bytes]));
      const files = await filesIn(folder);
      await openPack(files, options.signal);
      const checked = Object.fromEntries([...files].map(([name, file]) => [name, file.lastModified]));
      await writeShelfEntry(folder, {
        name: config.name,
        date: new Date().toISOString(),
        source: options.source,
        sha256,
        checked,
      });
      await removeEntry(folder, INCOMING_FILE);
      return id;
    } catch (thrown) {
      if (!keep) await removeEntry(packs, id);
      throw toVpdError(thrown);
    }
  });
}

async function checkRoom(config: PackConfig, folder: FileSystemDirectoryHandle): Promise<void> {
  const { quota, usage } = await navigator.storage.estimate();
  if (quota === undefined || usage === undefined) return;
  let here = 0;
  for (const { size } of (await filesIn(folder)).values()) here += size;
  const needed = packBytes(config) - here;
  const free = Math.max(0, quota - usage);
  if (needed > free) throw noRoom(summarize(config).name, needed, free);
}
