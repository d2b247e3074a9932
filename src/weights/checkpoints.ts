import { type NamedBlob, openCheckpoint, sniffWeights } from './open.ts';
import { readShardIndex } from './safetensors/safetensors-sharded.ts';
import type { TensorSource } from './source.ts';

/** A checkpoint and its files. */
interface OpenedCheckpoint {
  readonly source: TensorSource;
  readonly files: readonly NamedBlob[];
}

/**
 * Opens files that were given together. Each file is a checkpoint, except shards: those belong to the index that names them. Reads only
 * headers.
 * @throws VpdError for the first file that is not a checkpoint
 */
export async function openEachCheckpoint(
  files: readonly NamedBlob[],
  signal?: AbortSignal,
): Promise<readonly OpenedCheckpoint[]> {
  const groups: NamedBlob[][] = [];
  const taken = new Set<NamedBlob>();
  for (const file of files) {
    if ((await sniffWeights(file)) !== 'json') continue;
    const names = new Set((await readShardIndex(file.name, file.blob, signal)).values());
    const group = [file, ...files.filter((other) => other !== file && names.has(other.name))];
    for (const each of group) taken.add(each);
    groups.push(group);
  }
  for (const file of files) if (!taken.has(file)) groups.push([file]);
  const opened: OpenedCheckpoint[] = [];
  for (const group of groups) opened.push({ source: await openCheckpoint(group, signal), files: group });
  return opened;
}
