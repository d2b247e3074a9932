import * as v from 'valibot';
import { toVpdError, VpdError } from '../../errors.ts';
import { gatherFiles, openPack, type Pack, verifyPack } from '../../weights/pack.ts';
import { CONFIG_FILE, SHELF_FILE } from '../../weights/pack-config.ts';
import { sha256OfBlob } from '../../weights/sha256.ts';
import { findFile, findFolder, openStorage, PACKS_FOLDER, writeFile } from '../files/opfs.ts';

/** What SHELF_FILE says; it is written last, so that no half pack is ever listed. */
const shelfSchema = v.object({
  /** For people; may differ from the name in config.json. */
  name: v.string(),
  /** When it came here: ISO 8601, UTC. */
  date: v.string(),
  /** File names or an address. */
  source: v.string(),
  /** sha256 of config.json, which holds the hashes of all other files. */
  sha256: v.string(),
  /** When each file was last written (ms) as its hash was found right: it need not be hashed again until it is another. */
  checked: v.exactOptional(v.record(v.string(), v.number())),
});
type ShelfEntry = v.InferOutput<typeof shelfSchema>;

/** What shelf.json says, or undefined where it is missing or not ours: then the pack is not listed. */
export async function readShelfEntry(folder: FileSystemDirectoryHandle): Promise<ShelfEntry | undefined> {
  const file = await findFile(folder, SHELF_FILE);
  if (!file) return undefined;
  try {
    const parsed = v.safeParse(shelfSchema, JSON.parse(await file.text()));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** The entry of a pack that is on the shelf, or undefined. */
export async function findShelved(id: string): Promise<ShelfEntry | undefined> {
  const folder = await findFolder(await openStorage(PACKS_FOLDER), id);
  return folder && readShelfEntry(folder);
}

export async function writeShelfEntry(folder: FileSystemDirectoryHandle, entry: ShelfEntry): Promise<void> {
  await writeFile(folder, SHELF_FILE, `${JSON.stringify(entry, null, 1)}\n`);
}

/** Hashing takes its time, and the pack may have another name by now. */
async function noteChecked(folder: FileSystemDirectoryHandle, checked: Record<string, number>): Promise<void> {
  const entry = await readShelfEntry(folder);
  if (entry) await writeShelfEntry(folder, { ...entry, checked });
}

export interface OpenStoredOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes hashed of a pack that has not been checked since it was written. */
  readonly onChecked?: ((done: number, total: number) => void) | undefined;
  /** Hash every file that config.json lists, the card too, even if it was found right before. */
  readonly again?: boolean;
}

/**
 * Opens a pack of the shelf; weights stay on disk until a session reads them. Files that were written since their hashes were last found
 * right are hashed first.
 * @throws VpdError missing, bad-file
 */
export async function openStoredPack(id: string, options: OpenStoredOptions = {}): Promise<Pack> {
  const { signal, onChecked, again = false } = options;
  const folder = await findFolder(await openStorage(PACKS_FOLDER), id);
  const entry = folder && (await readShelfEntry(folder));
  const config = entry && (await findFile(folder, CONFIG_FILE));
  if (!folder || !config)
    throw new VpdError(
      'missing',
      `The model ${id} is no longer stored in this browser; choose another one under Models.`,
    );
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
      // Not being able to note it costs time, no more.
      await noteChecked(folder, written).catch(() => undefined);
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
