import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { VpdError } from '../errors.ts';
import type { NamedBlob } from '../weights/open.ts';
import { openCheckpoint } from '../weights/open.ts';
import { readShardIndex } from '../weights/safetensors-sharded.ts';
import type { TensorSource } from '../weights/source.ts';
import { openFileBlob } from './file-blob.ts';

/** Whether a path is a file or a folder. */
export async function kindOf(path: string): Promise<'file' | 'folder'> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return 'folder';
    if (found.isFile()) return 'file';
  } catch (cause) {
    throw new VpdError('missing', `${path} does not exist or cannot be read.`, { cause });
  }
  throw new VpdError('bad-request', `${path} is neither a file nor a folder.`);
}

const named = async (path: string): Promise<NamedBlob> => ({ name: basename(path), blob: await openFileBlob(path) });

/** Opens a checkpoint file; a `*.index.json` brings the shards that it names from its own folder. */
export async function openCheckpointFile(path: string): Promise<TensorSource> {
  if ((await kindOf(path)) === 'folder')
    throw new VpdError('bad-request', `${path} is a folder. Give the checkpoint file inside it.`);
  const file = await named(path);
  if (!path.endsWith('.json')) return openCheckpoint([file]);
  const shards = new Set((await readShardIndex(file.name, file.blob)).values());
  const files = [file];
  for (const shard of shards) {
    if (shard !== basename(shard))
      throw new VpdError('bad-file', `${file.name} names the shard ${shard}, which is not a plain file name.`);
    await kindOf(join(dirname(path), shard));
    files.push(await named(join(dirname(path), shard)));
  }
  return openCheckpoint(files);
}
