import { checkFit, type FitReport } from '../../engine/fit.ts';
import type { DeviceReport } from '../../engine/results.ts';
import { toVpdError, VpdError } from '../../errors.ts';
import { summarize } from '../../weights/pack/pack.ts';
import { CONFIG_FILE, parsePackConfig } from '../../weights/pack/pack-config.ts';
import { sha256OfBlob } from '../../weights/sha256.ts';
import {
  CONVERTING_FOLDER,
  filesIn,
  findFile,
  findFolder,
  namesIn,
  openStorage,
  PACKS_FOLDER,
  removeEntry,
} from '../files/opfs.ts';
import { whileNotOpen } from './open-packs.ts';
import { MAX_PACK_NAME } from './pack-name.ts';
import type { DamagedItem, ShelfItem, ShelfList, UnfinishedItem } from './protocol.ts';
import { readIncomingNote, withPackLock } from './shelve.ts';
import { notStored, readShelfEntry, writeShelfEntry } from './stored-pack.ts';

/** Lists what is stored, newest first. Deletes the folders of imports that crashed. */
export async function listShelf(): Promise<ShelfList> {
  const packs = await openStorage(PACKS_FOLDER);
  const items: ShelfItem[] = [];
  const unfinished: UnfinishedItem[] = [];
  const damaged: DamagedItem[] = [];
  for (const id of await namesIn(packs, 'directory')) {
    const folder = await findFolder(packs, id);
    if (!folder) continue;
    const entry = await readShelfEntry(folder);
    const note = entry ? undefined : await readIncomingNote(folder);
    if (entry)
      try {
        items.push({ id, ...entry, summary: await summaryOf(folder, entry.sha256) });
      } catch (thrown) {
        damaged.push({ id, name: entry.name, why: toVpdError(thrown).message });
      }
    else if (note) {
      const { address, name, total } = note;
      unfinished.push({ id, name, address, total, done: Math.min(total, await bytesIn(folder)) });
    } else await withPackLock(id, id, () => removeLeftover(packs, id)).catch(() => undefined);
  }
  items.sort((a, b) => b.date.localeCompare(a.date));
  const { usage, quota } = await navigator.storage.estimate();
  return { items, unfinished, damaged, usage, quota };
}

/** Deletes a folder that still has neither an entry nor a note: another tab may have added one since it was listed. */
async function removeLeftover(packs: FileSystemDirectoryHandle, id: string): Promise<void> {
  const folder = await findFolder(packs, id);
  if (!folder || (await readShelfEntry(folder)) || (await readIncomingNote(folder))) return;
  // A conversion that stopped while its files were moved here needs them to resume.
  if (await findFolder(await openStorage(CONVERTING_FOLDER), id)) return;
  await removeEntry(packs, id);
}

async function summaryOf(folder: FileSystemDirectoryHandle, sha256: string) {
  const file = await findFile(folder, CONFIG_FILE);
  if (!file) throw new VpdError('missing', `Its ${CONFIG_FILE} is gone.`);
  if ((await sha256OfBlob(CONFIG_FILE, file)) !== sha256)
    throw new VpdError('bad-file', `Its ${CONFIG_FILE} is not the one that was stored.`);
  const config = parsePackConfig(await file.text());
  const files = await filesIn(folder);
  for (const [name, { bytes }] of Object.entries(config.files))
    if (files.get(name)?.size !== bytes)
      throw new VpdError('bad-file', `Its ${name} has ${files.get(name)?.size ?? 0} bytes instead of ${bytes}.`);
  return summarize(config);
}

/** Tells whether a device can run a stored pack, from its config alone. */
export async function fitStored(id: string, device: DeviceReport): Promise<FitReport> {
  const folder = await findFolder(await openStorage(PACKS_FOLDER), id);
  const file = folder && (await findFile(folder, CONFIG_FILE));
  if (!file) throw notStored(id);
  const config = parsePackConfig(await file.text());
  return checkFit(config, config.weights, device);
}

async function bytesIn(folder: FileSystemDirectoryHandle): Promise<number> {
  let bytes = 0;
  for (const [name, file] of await filesIn(folder)) if (!name.endsWith('.json')) bytes += file.size;
  return bytes;
}

export async function renamePack(id: string, name: string): Promise<void> {
  const folder = await findFolder(await openStorage(PACKS_FOLDER), id);
  const entry = folder && (await readShelfEntry(folder));
  if (!folder || !entry) throw notStored(id);
  const trimmed = name.trim().slice(0, MAX_PACK_NAME);
  if (trimmed === '') throw new VpdError('bad-request', 'A model needs a name of at least one character.');
  await writeShelfEntry(folder, { ...entry, name: trimmed });
}

/** Deletes a pack, complete or not. */
export async function removePack(id: string): Promise<void> {
  const packs = await openStorage(PACKS_FOLDER);
  await withPackLock(id, 'The model', () => whileNotOpen(id, () => removeEntry(packs, id)));
}
