import { VpdError } from '../errors.ts';
import { isAddress } from '../remote/address.ts';
import { gatherFiles, openPack, type Pack } from '../weights/pack.ts';
import { CONFIG_FILE } from '../weights/pack-config.ts';
import { inFolder, kindOf, openSourceFile } from './source-file.ts';

/**
 * Opens a pack that lies in a folder, on disk or on a server; weights are read only where they are needed.
 * @param which its card and its index too (`all` that its config lists), or what computing needs
 */
export async function openPackFolder(folder: string, which: 'weights' | 'all' = 'weights'): Promise<Pack> {
  const find = (name: string): Promise<Blob> => fileAsBlob(inFolder(folder, name));
  return openPack(await gatherFiles(await find(CONFIG_FILE), which, find));
}

/** Refuses a pack at an address, for `what` reads or writes its files itself. */
export function needsFolder(what: string, pack: string): void {
  if (isAddress(pack))
    throw new VpdError(
      'bad-request',
      `${what} needs the pack in a folder on this machine; download the files of ${pack} and give their folder.`,
    );
}

async function fileAsBlob(path: string): Promise<Blob> {
  const isFile = isAddress(path) || (await kindOf(path).catch(() => undefined)) === 'file';
  if (!isFile)
    throw new VpdError(
      'missing',
      `${path} is not there. A pack is a folder with ${CONFIG_FILE} and the files that it lists.`,
    );
  return (await openSourceFile(path)).blob;
}
