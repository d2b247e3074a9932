import * as v from 'valibot';
import { VpdError } from '../errors.ts';
import { openPack, type Pack, weightFiles } from '../weights/pack.ts';
import { CONFIG_FILE, parsePackConfig } from '../weights/pack-config.ts';
import { findFile, findFolder, openStorage, PACKS_FOLDER, writeFile } from './opfs.ts';

/** Beside a pack's own files; written last, so that no half pack is ever listed. */
export const SHELF_FILE = 'shelf.json';

const shelfSchema = v.object({
  /** For people; may differ from the name in config.json. */
  name: v.string(),
  /** When it came here: ISO 8601, UTC. */
  date: v.string(),
  /** File names or an address. */
  source: v.string(),
  /** sha256 of config.json, which holds the hashes of all other files. */
  sha256: v.string(),
});
export type ShelfEntry = v.InferOutput<typeof shelfSchema>;

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

export async function writeShelfEntry(folder: FileSystemDirectoryHandle, entry: ShelfEntry): Promise<void> {
  await writeFile(folder, SHELF_FILE, `${JSON.stringify(entry, null, 1)}\n`);
}

/** Opens a pack of the shelf; weights stay on disk until a session reads them. */
export async function openStoredPack(id: string, signal?: AbortSignal): Promise<Pack> {
  const folder = await findFolder(await openStorage(PACKS_FOLDER), id);
  const config = folder && (await readShelfEntry(folder)) && (await findFile(folder, CONFIG_FILE));
  if (!folder || !config)
    throw new VpdError('missing', `The model ${id} is no longer stored in this browser. Choose another one.`);
  const files = new Map<string, Blob>([[CONFIG_FILE, config]]);
  for (const name of weightFiles(parsePackConfig(await config.text()))) {
    const file = await findFile(folder, name);
    if (file) files.set(name, file);
  }
  return openPack(files, signal);
}
