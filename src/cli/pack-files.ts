import { VpdError } from '../errors.ts';
import { isAddress } from '../remote/address.ts';
import { openPack, type Pack, weightFiles } from '../weights/pack.ts';
import { CONFIG_FILE, parsePackConfig } from '../weights/pack-config.ts';
import { inFolder, kindOf, openSourceFile } from './source-file.ts';

/**
 * Opens a pack that lies in a folder, on disk or on a server; weights are read only where they are needed.
 * @param which its card and its index too (`all` that its config lists), or what computing needs
 */
export async function openPackFolder(folder: string, which: 'weights' | 'all' = 'weights'): Promise<Pack> {
  const configBlob = await fileAsBlob(inFolder(folder, CONFIG_FILE));
  const config = parsePackConfig(await configBlob.text());
  const files = new Map<string, Blob>([[CONFIG_FILE, configBlob]]);
  for (const name of which === 'all' ? Object.keys(config.files) : weightFiles(config))
    files.set(name, await fileAsBlob(inFolder(folder, name)));
  return openPack(files);
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
