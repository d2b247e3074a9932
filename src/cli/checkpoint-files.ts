import { basename } from 'node:path';
import { VpdError } from '../errors.ts';
import { openCheckpoint } from '../weights/open.ts';
import { readShardIndex } from '../weights/safetensors-sharded.ts';
import type { TensorSource } from '../weights/source.ts';
import { besideFile, kindOf, openSourceFile } from './source-file.ts';

interface CheckpointFiles {
  readonly sources: readonly TensorSource[];
  /** Paths and addresses of all files that they are read from. */
  readonly paths: readonly string[];
}

/** Opens the files of one model, one after the other. */
export async function openCheckpointFiles(given: readonly string[]): Promise<CheckpointFiles> {
  const sources: TensorSource[] = [];
  const paths: string[] = [];
  for (const path of given) {
    const opened = await openCheckpointFile(path);
    sources.push(opened.source);
    paths.push(...opened.paths);
  }
  return { sources, paths };
}

/** Opens a checkpoint file by its path or address; a `*.index.json` brings the shards that it names from its own folder. */
async function openCheckpointFile(path: string): Promise<{ source: TensorSource; paths: readonly string[] }> {
  if ((await kindOf(path)) === 'folder')
    throw new VpdError('bad-request', `${path} is a folder. Give the checkpoint file inside it.`);
  const file = await openSourceFile(path);
  if (!file.name.endsWith('.json')) return { source: await openCheckpoint([file]), paths: [path] };
  const shards = new Set((await readShardIndex(file.name, file.blob)).values());
  const files = [file];
  const paths = [path];
  for (const shard of shards) {
    if (shard !== basename(shard))
      throw new VpdError('bad-file', `${file.name} names the shard ${shard}, which is not a plain file name.`);
    const beside = besideFile(path, shard);
    await kindOf(beside);
    files.push(await openSourceFile(beside));
    paths.push(beside);
  }
  return { source: await openCheckpoint(files), paths };
}
