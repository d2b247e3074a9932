import * as v from 'valibot';
import { toVpdError, VpdError } from '../../errors.ts';
import { gatherFiles, openPack, type Pack, verifyPack } from '../../weights/pack/pack.ts';
import { CONFIG_FILE, SHELF_FILE } from '../../weights/pack/pack-config.ts';
import { sha256OfBlob } from '../../weights/sha256.ts';
import { findFile, findFolder, openStorage, PACKS_FOLDER, readJsonFile, writeFile } from '../files/opfs.ts';

/** Content of SHELF_FILE, which is written last so that no incomplete pack is listed. */
const shelfSchema = v.object({
  /** Display name; may differ from the name in config.json. */
  name: v.string(),
  /** When it was stored: ISO 8601, UTC. */
  date: v.string(),
  /** File names or an address. */
  source: v.string(),
  /** sha256 of config.json, which holds the hashes of all other files. */
  sha256: v.string(),
  /** Modification time (ms) of each file when its hash was last checked; a file is hashed again once its time has changed. */
  checked: v.exactOptional(v.record(v.string(), v.number())),
});
type ShelfEntry = v.InferOutput<typeof shelfSchema>;

/** Error for a pack that is not on the shelf (any more). */
export const notStored = (id: string): VpdError =>
  new VpdError('missing', `The model ${id} is no longer stored in this browser; choose another one under Models.`);

/** Reads shelf.json; undefined if it is missing or malformed: then the pack is not listed. */
export const readShelfEntry = (folder: FileSystemDirectoryHandle): Promise<ShelfEntry | undefined> =>
  readJsonFile(folder, SHELF_FILE, shelfSchema);

/** Returns the entry of a pack; undefined if it is not on the shelf. */
export async function findShelfEntry(id: string): Promise<ShelfEntry | undefined> {
  const folder = await findFolder(await openStorage(PACKS_FOLDER), id);
  return folder && readShelfEntry(folder);
}

export async function writeShelfEntry(folder: FileSystemDirectoryHandle, entry: ShelfEntry): Promise<void> {
  await writeFile(folder, SHELF_FILE, `${JSON.stringify(entry, null, 1)}\n`);
}

/** Saves the times of checked files. Reads the entry again: the pack may have been renamed while it was hashed. */
async function saveChecked(folder: FileSystemDirectoryHandle, checked: Record<string, number>): Promise<void> {
  const entry = await readShelfEntry(folder);
  if (entry) await writeShelfEntry(folder, { ...entry, checked });
}

export interface OpenStoredOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes hashed so far, if files have to be hashed. */
  readonly onChecked?: ((done: number, total: number) => void) | undefined;
  /** Hashes every file that config.json lists, including the card, even if it was checked before. */
  readonly again?: boolean;
}

/**
 * Opens a pack of the shelf; weights stay on disk until a session reads them. Files modified since their last check are hashed first.
 * @throws VpdError missing, bad-file
 */
export async function openStoredPack(id: string, options: OpenStoredOptions = {}): Promise<Pack> {
  const { signal, onChecked, again = false } = options;
  const folder = await findFolder(await openStorage(PACKS_FOLDER), id);
  const entry = folder && (await readShelfEntry(folder));
  const config = entry && (await findFile(folder, CONFIG_FILE));
  if (!folder || !config) throw notStored(id);
  try {
    if ((await sha256OfBlob(CONFIG_FILE, config, signal)) !== entry.sha256)
      throw new VpdError('bad-file', `${CONFIG_FILE} is not the one that was stored: it is damaged.`);
    const files = await gatherFiles(config, again ? 'all' : 'weights', async (name) => {
      const file = await findFile(folder, name);
      if (!file) throw new VpdError('missing', `its ${name} is gone.`);
      return file;
    });
    const pack = await openPack(files, signal);
    const written = Object.fromEntries([...files].map(([name, file]) => [name, file.lastModified]));
    const known = entry.checked ?? {};
    if (again || Object.entries(written).some(([name, date]) => known[name] !== date)) {
      let done = 0;
      await verifyPack(pack, signal, (bytes) => {
        done += bytes;
        onChecked?.(done, pack.summary.bytes);
      });
      // If it cannot be saved, the pack is only hashed again at the next opening.
      await saveChecked(folder, written).catch(() => undefined);
    }
    return pack;
  } catch (thrown) {
    const error = toVpdError(thrown);
    if (error.code !== 'bad-file' && error.code !== 'missing') throw error;
    throw new VpdError(
      error.code,
      `The stored model ${entry.name} ${again ? 'is not as it was stored' : 'cannot be used'}: ${error.message} Delete it under Models and get it again.`,
      { cause: error },
    );
  }
}
