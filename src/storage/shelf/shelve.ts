import * as v from 'valibot';
import { toVpdError, VpdError } from '../../errors.ts';
import { formatBytes } from '../../format-bytes.ts';
import { openPack } from '../../weights/pack/pack.ts';
import { CONFIG_FILE, INCOMING_FILE, type PackConfig, parsePackConfig } from '../../weights/pack/pack-config.ts';
import { createSha256 } from '../../weights/sha256.ts';
import { ifFree, packLock } from '../files/locks.ts';
import {
  filesIn,
  freeBytes,
  openStorage,
  PACKS_FOLDER,
  readJsonFile,
  removeEntry,
  withStorageErrors,
  writeFile,
} from '../files/opfs.ts';
import { opfsSyncFolder } from '../files/opfs-sync-folder.ts';
import { type Incoming, packBytes, type ReceiveOptions, receivePack } from './receive-pack.ts';
import { readShelfEntry, writeShelfEntry } from './stored-pack.ts';

/** Content of INCOMING_FILE, which describes an unfinished download. */
const noteSchema = v.object({
  address: v.string(),
  name: v.string(),
  total: v.number(),
  /** ETag of each file at the first attempt, so that later attempts do not mix two versions. */
  etags: v.record(v.string(), v.string()),
});
export type IncomingNote = v.InferOutput<typeof noteSchema>;

export const readIncomingNote = (folder: FileSystemDirectoryHandle): Promise<IncomingNote | undefined> =>
  readJsonFile(folder, INCOMING_FILE, noteSchema);

export const writeIncomingNote = (folder: FileSystemDirectoryHandle, note: IncomingNote): Promise<void> =>
  writeFile(folder, INCOMING_FILE, `${JSON.stringify(note, null, 1)}\n`);

/** A pack's config with its exact bytes, whose hash identifies the pack. */
export interface IncomingConfig {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly config: PackConfig;
  readonly sha256: string;
  /** Name of the pack's folder on the shelf. The same pack has the same id, whatever its source. */
  readonly id: string;
}

export function readConfig(bytes: Uint8Array<ArrayBuffer>): IncomingConfig {
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

/** Returns the id of the pack whose config has this hash, if it is on the shelf. */
export async function findIdByHash(sha256: string): Promise<string | undefined> {
  const packs = await openStorage(PACKS_FOLDER);
  for await (const [id, handle] of packs.entries())
    if (handle.kind === 'directory' && (await readShelfEntry(handle))?.sha256 === sha256) return id;
  return undefined;
}

interface ShelveOptions extends ReceiveOptions {
  readonly source: string;
  /** True to keep the bytes received after a failure, so that the next attempt resumes. Those of an unfinished download always stay. */
  readonly keep: boolean;
  /** Called with the pack's folder before anything is received. */
  readonly prepare?: (folder: FileSystemDirectoryHandle) => Promise<void>;
}

/**
 * Runs `work` holding the lock of a pack's folder, which all tabs of this page share.
 * @throws VpdError storage if another tab holds it
 */
export async function withPackLock<T>(id: string, name: string, work: () => Promise<T>): Promise<T> {
  const ran = await ifFree(packLock(id), work);
  if (!ran)
    throw new VpdError(
      'storage',
      `${name} is being stored by another tab of this page. Wait until it has ended there.`,
    );
  return ran.result;
}

/**
 * Puts a pack on the shelf and returns its id: first the files, each checked, then the config, last the entry that makes it listed. A pack
 * that is already there stays unchanged.
 * @throws VpdError storage if there is no room (before anything is written, if the browser reports free space); bad-file
 */
export async function shelve(arriving: IncomingConfig, incoming: Incoming, options: ShelveOptions): Promise<string> {
  const { config, sha256, id } = arriving;
  const stored = await findIdByHash(sha256);
  if (stored !== undefined) return stored;
  const packs = await openStorage(PACKS_FOLDER);
  return withPackLock(id, config.name, async () => {
    // Another tab may have stored it in the meantime, and a failure below would delete that.
    const already = await findIdByHash(sha256);
    if (already !== undefined) return already;
    const folder = await withStorageErrors(config.name, () => packs.getDirectoryHandle(id, { create: true }));
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
  const free = await freeBytes();
  if (free === undefined) return;
  let here = 0;
  for (const { size } of (await filesIn(folder)).values()) here += size;
  const needed = packBytes(config) - here;
  if (needed > free)
    throw new VpdError(
      'storage',
      `${config.name} needs ${formatBytes(needed)} more and the browser gives this page only ${formatBytes(free)}. Delete a model that you no longer need, or free disk space, and continue: the bytes received so far are kept.`,
    );
}
