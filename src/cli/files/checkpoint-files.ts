import { basename } from 'node:path';
import { VpdError } from '../../errors.ts';
import type { RemoteOptions } from '../../remote/remote.ts';
import { openCheckpoint } from '../../weights/open.ts';
import { readShardIndex } from '../../weights/safetensors/safetensors-sharded.ts';
import type { TensorSource } from '../../weights/source.ts';
import type { CliIo } from '../command.ts';
import { kindOf, openSourceFile, siblingFile } from './source-file.ts';

interface CheckpointFiles {
  readonly sources: readonly TensorSource[];
  /** Paths and addresses of all their files. */
  readonly paths: readonly string[];
}

/**
 * Opens the files of one model.
 * @param io prints lost connections
 * @param signal aborts opening, and all later reads of files on servers
 */
export async function openCheckpointFiles(
  given: readonly string[],
  io: Pick<CliIo, 'err'>,
  signal?: AbortSignal,
): Promise<CheckpointFiles> {
  const options: RemoteOptions = {
    signal,
    onPause: (ms) => io.err(`Connection lost, trying again in ${Math.ceil(ms / 1000)} s.`),
  };

  const sources: TensorSource[] = [];
  const paths: string[] = [];
  for (const path of given) {
    const opened = await openCheckpointFile(path, options);
    sources.push(opened.source);
    paths.push(...opened.paths);
  }
  return { sources, paths };
}

/** Opens a checkpoint file by its path or address; for a `*.index.json`, also the shards that it names, in the same folder. */
async function openCheckpointFile(
  path: string,
  options: RemoteOptions,
): Promise<{ source: TensorSource; paths: readonly string[] }> {
  if ((await kindOf(path)) === 'folder')
    throw new VpdError('bad-request', `${path} is a folder. Give the checkpoint file inside it.`);
  const { signal } = options;
  const file = await openSourceFile(path, options);
  if (!file.name.endsWith('.json')) return { source: await openCheckpoint([file], signal), paths: [path] };
  const shards = new Set((await readShardIndex(file.name, file.blob, signal)).values());
  const files = [file];
  const paths = [path];
  for (const shard of shards) {
    if (shard !== basename(shard))
      throw new VpdError('bad-file', `${file.name} names the shard ${shard}, which is not a plain file name.`);
    const shardPath = siblingFile(path, shard);
    await kindOf(shardPath);
    files.push(await openSourceFile(shardPath, options));
    paths.push(shardPath);
  }
  return { source: await openCheckpoint(files, signal), paths };
}
