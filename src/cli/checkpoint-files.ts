import { basename } from 'node:path';
import { VpdError } from '../errors.ts';
import { openCheckpoint } from '../weights/open.ts';
import { readShardIndex } from '../weights/safetensors-sharded.ts';
import type { TensorSource } from '../weights/source.ts';
import { besideFile, kindOf, openSourceFile } from './source-file.ts';

/** Opens the files of one model, one after the other. */
export async function openCheckpointFiles(paths: readonly string[]): Promise<readonly TensorSource[]> {
  const sources: TensorSource[] = [];
  for (const path of paths) sources.push(await openCheckpointFile(path));
  return sources;
}

/** Opens a checkpoint file by its path or address; a `*.index.json` brings the shards that it names from its own folder. */
export async function openCheckpointFile(path: string): Promise<TensorSource> {
  if ((await kindOf(path)) === 'folder')
    throw new VpdError('bad-request', `${path} is a folder. Give the checkpoint file inside it.`);
  const file = await openSourceFile(path);
  if (!file.name.endsWith('.json')) return openCheckpoint([file]);
  const shards = new Set((await readShardIndex(file.name, file.blob)).values());
  const files = [file];
  for (const shard of shards) {
    if (shard !== basename(shard))
      throw new VpdError('bad-file', `${file.name} names the shard ${shard}, which is not a plain file name.`);
    await kindOf(besideFile(path, shard));
    files.push(await openSourceFile(besideFile(path, shard)));
  }
  return openCheckpoint(files);
}
