import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VpdError } from '../errors.ts';
import { openPack, type Pack, weightFiles } from '../weights/pack.ts';
import { CONFIG_FILE, parsePackConfig } from '../weights/pack-config.ts';
import { openFileBlob } from './file-blob.ts';

/** Opens a pack that lies in a folder; weights are read only where they are needed. */
export async function openPackFolder(folder: string): Promise<Pack> {
  const configBlob = await fileAsBlob(join(folder, CONFIG_FILE));
  const config = parsePackConfig(await configBlob.text());
  const files = new Map<string, Blob>([[CONFIG_FILE, configBlob]]);
  for (const name of weightFiles(config)) files.set(name, await fileAsBlob(join(folder, name)));
  return openPack(files);
}

async function fileAsBlob(path: string): Promise<Blob> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile())
    throw new VpdError(
      'missing',
      `${path} is not there. A pack is a folder with ${CONFIG_FILE} and its .safetensors files.`,
    );
  return openFileBlob(path);
}
