import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VpdError } from '../errors.ts';
import { CONFIG_FILE, listedFiles } from '../weights/pack-config.ts';
import type { FileSink } from '../weights/sink.ts';
import { exists, leadsToOneOf } from './data/files.ts';
import { withFolderLock } from './folder-lock.ts';
import { folderSink } from './folder-sink.ts';

/** Where a pack is written until all of it is there; inside its own folder, so that the last step only renames. */
const WORK_FOLDER = 'convert.part';

/**
 * Writes a pack into a folder. An older pack there stays as it is until the new one is complete, and then goes, config.json first; the new
 * config.json comes last. Without it no files are taken for a pack, so that no moment leaves a mixture of two that opens. Two that write to
 * one folder would clear each other's files away: the second is refused.
 * @param names all files of the pack, config.json last
 * @param sources paths of what it is made from
 * @throws VpdError bad-request, before anything is written: a source would be replaced, or what is no pack, or another one writes there;
 *   storage
 */
export const writePackFolder = <T>(
  folder: string,
  names: readonly string[],
  sources: readonly string[],
  write: (sink: FileSink) => Promise<T>,
): Promise<T> => withFolderLock(folder, () => replacePack(folder, names, sources, write));

async function replacePack<T>(
  folder: string,
  names: readonly string[],
  sources: readonly string[],
  write: (sink: FileSink) => Promise<T>,
): Promise<T> {
  const older = await olderFiles(folder);
  await refuseLosses(folder, names, older, sources);
  const work = join(folder, WORK_FOLDER);
  const clear = (): Promise<void> =>
    rm(work, { recursive: true, force: true }).catch((cause: unknown) => {
      throw new VpdError('storage', `${work} cannot be cleared away; give another --out.`, { cause });
    });
  await clear();
  let written: T;
  try {
    written = await write(folderSink(work));
  } catch (thrown) {
    await clear();
    throw thrown;
  }
  try {
    for (const name of [CONFIG_FILE, ...older]) await rm(join(folder, name), { force: true });
    for (const name of names) await rename(join(work, name), join(folder, name));
    await clear();
  } catch (cause) {
    throw new VpdError('storage', `The new pack is complete in ${work} and cannot be moved up to ${folder}.`, {
      cause,
    });
  }
  return written;
}

/** Files of the pack that lies in a folder; none where there is no config.json. */
async function olderFiles(folder: string): Promise<readonly string[]> {
  const path = join(folder, CONFIG_FILE);
  if (!(await exists(path))) return [];
  const listed = listedFiles(await readFile(path, 'utf8').catch(() => ''));
  if (!listed)
    throw new VpdError(
      'bad-request',
      `${path} is no pack of this project, and it would be replaced; give another --out.`,
    );
  return [...listed, CONFIG_FILE];
}

async function refuseLosses(
  folder: string,
  names: readonly string[],
  older: readonly string[],
  sources: readonly string[],
): Promise<void> {
  for (const name of new Set([...names, ...older])) {
    const path = join(folder, name);
    if (!(await exists(path))) continue;
    if (await leadsToOneOf(path, sources))
      throw new VpdError('bad-request', `${path} is what is converted, and it would be replaced; give another --out.`);
    if (!older.includes(name))
      throw new VpdError('bad-request', `${path} is no part of a pack, and it would be replaced; give another --out.`);
  }
}
