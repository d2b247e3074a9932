import { VpdError } from '../../errors.ts';
import { isAddress } from '../../remote/address.ts';
import { gatherFiles, openPack, type Pack, verifyPack } from '../../weights/pack/pack.ts';
import { CONFIG_FILE } from '../../weights/pack/pack-config.ts';
import type { CliIo } from '../command.ts';
import { lineTimer } from '../progress.ts';
import { nativeSha256 } from './sha256.ts';
import { inFolder, kindOf, openSourceFile } from './source-file.ts';

/**
 * Opens a pack in a folder, on disk or on a server; weights are read on demand and not verified.
 * @param which `all` files that the config lists, including the model card, or only the `weights`
 * @throws VpdError missing, bad-file, unsupported; network
 */
export async function openPackFolder(folder: string, which: 'weights' | 'all' = 'weights'): Promise<Pack> {
  const find = (name: string): Promise<Blob> => fileAsBlob(inFolder(folder, name));
  return openPack(await gatherFiles(await find(CONFIG_FILE), which, find));
}

/**
 * Compares the files of a pack with the sha256 in its config, because results are labelled with these hashes. A pack at an address is
 * downloaded as a whole for this; what the cache of blocks (64 MiB) cannot hold is downloaded again when it is used.
 * @throws VpdError bad-file
 */
export async function verifyPackFiles(pack: Pack, io: Pick<CliIo, 'err'>, signal?: AbortSignal): Promise<void> {
  const total = [...pack.files].reduce((sum, [name, { size }]) => sum + (name in pack.config.files ? size : 0), 0);
  let done = 0;
  const isTime = lineTimer();
  const onBytes = (bytes: number): void => {
    done += bytes;
    if (isTime()) io.err(`${((100 * done) / total).toFixed(0)} % of the pack compared with its sha256`);
  };
  await verifyPack(pack, signal, onBytes, nativeSha256);
}

/** @throws VpdError bad-request for a pack at an address, if `what` needs its files on disk */
export function requireFolder(what: string, pack: string): void {
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
