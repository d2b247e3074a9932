import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VpdError } from '../../errors.ts';
import { CONFIG_FILE, listedFiles } from '../../weights/pack/pack-config.ts';
import type { FileSink } from '../../weights/sink.ts';
import { withFolderLock } from './folder-lock.ts';
import { folderSink } from './folder-sink.ts';
import { exists, refersToOneOf } from './paths.ts';

/** Folder in which a pack is written until it is complete; inside the pack's folder, so that the last step only renames files. */
const WORK_FOLDER = 'convert.part';

/**
 * Writes a pack into a folder. An older pack there stays unchanged until the new one is complete; then it is deleted, config.json first,
 * and the new files are moved into place, config.json last. Without config.json the files are not a pack, so a mixture of the two can never
 * be opened. A second process that writes to the same folder is refused, because the two would delete each other's files.
 * @param names all files of the pack, config.json last
 * @param sources paths of the files that it is made from
 * @throws VpdError bad-request, before anything is written: a source or a file that is not part of a pack would be overwritten, or another
 *   process writes there; storage
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
  await refuseOverwriting(folder, names, older, sources);
  const work = join(folder, WORK_FOLDER);
  const removeWork = (): Promise<void> =>
    rm(work, { recursive: true, force: true }).catch((cause: unknown) => {
      throw new VpdError('storage', `${work} cannot be deleted; give another --out.`, { cause });
    });
  await removeWork();
  let written: T;
  try {
    written = await write(folderSink(work));
  } catch (thrown) {
    await removeWork();
    throw thrown;
  }
  try {
    for (const name of [CONFIG_FILE, ...older]) await rm(join(folder, name), { force: true });
    for (const name of names) await rename(join(work, name), join(folder, name));
    await removeWork();
  } catch (cause) {
    throw new VpdError('storage', `The new pack is complete in ${work} and cannot be moved to ${folder}.`, {
      cause,
    });
  }
  return written;
}

/**
 * Returns the files of the pack in a folder; none if there is no config.json.
 * @throws VpdError bad-request if config.json is not that of a pack
 */
async function olderFiles(folder: string): Promise<readonly string[]> {
  const path = join(folder, CONFIG_FILE);
  if (!(await exists(path))) return [];
  const listed = listedFiles(await readFile(path, 'utf8').catch(() => ''));
  if (!listed)
    throw new VpdError(
      'bad-request',
      `${path} is not that of a pack of this project, and it would be replaced; give another --out.`,
    );
  return [...listed, CONFIG_FILE];
}

/** @throws VpdError bad-request if a source, or a file that is not part of the older pack, would be overwritten */
async function refuseOverwriting(
  folder: string,
  names: readonly string[],
  older: readonly string[],
  sources: readonly string[],
): Promise<void> {
  for (const name of new Set([...names, ...older])) {
    const path = join(folder, name);
    if (!(await exists(path))) continue;
    if (await refersToOneOf(path, sources))
      throw new VpdError(
        'bad-request',
        `${path} is a source of this conversion, and it would be replaced; give another --out.`,
      );
    if (!older.includes(name))
      throw new VpdError('bad-request', `${path} is not part of a pack, and it would be replaced; give another --out.`);
  }
}
