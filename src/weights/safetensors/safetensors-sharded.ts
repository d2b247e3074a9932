import * as v from 'valibot';
import { VpdError } from '../../errors.ts';
import { parseText } from '../../json.ts';
import { readRange } from '../blob.ts';
import type { TensorInfo, TensorSource } from '../source.ts';
import { makeSource } from '../source.ts';
import { openSafetensors } from './safetensors.ts';

/** Limit of a `model.safetensors.index.json`; those of the largest models have a few MB. */
const MAX_INDEX_BYTES = 50_000_000;

const indexSchema = v.object({ weight_map: v.record(v.string(), v.string()) });
type ShardMap = ReadonlyMap<string, string>;

/**
 * Reads the `weight_map` of an index file: tensor name → file name of its shard.
 * @throws VpdError bad-file
 */
export async function readShardIndex(file: string, blob: Blob, signal?: AbortSignal): Promise<ShardMap> {
  if (blob.size > MAX_INDEX_BYTES)
    throw new VpdError(
      'bad-file',
      `${file} has ${blob.size} bytes, more than the ${MAX_INDEX_BYTES} that a shard index may have.`,
    );
  const bytes = await readRange(blob, 0, blob.size, file, signal);
  const json = parseText(new TextDecoder().decode(bytes), `${file} is not JSON.`);
  const parsed = v.safeParse(indexSchema, json);
  if (!parsed.success)
    throw new VpdError('bad-file', `${file} has no weight_map, so it is not an index of safetensors shards.`);
  return new Map(Object.entries(parsed.output.weight_map));
}

/**
 * Opens several shards with their index as one TensorSource.
 * @throws VpdError missing if a shard is not given, bad-file if index and shards do not name the same tensors
 */
export async function openShards(
  file: string,
  map: ShardMap,
  blobs: ReadonlyMap<string, Blob>,
  signal?: AbortSignal,
): Promise<TensorSource> {
  const shards = new Map<string, TensorSource>();
  const tensors = new Map<string, TensorInfo>();
  let bytes = 0;
  for (const name of new Set(map.values())) {
    const blob = blobs.get(name);
    if (!blob)
      throw new VpdError(
        'missing',
        `${file} names the shard ${name}, which is not among the files. Choose all of them together.`,
      );
    const shard = await openSafetensors(name, blob, signal);
    for (const info of shard.tensors.values()) {
      if (map.get(info.name) !== name)
        throw new VpdError(
          'bad-file',
          `${name} holds tensor ${info.name}, which ${file} places in ${map.get(info.name) ?? 'no shard'}.`,
        );
      tensors.set(info.name, info);
    }
    shards.set(name, shard);
    bytes += blob.size;
  }
  for (const [tensor, name] of map)
    if (!tensors.has(tensor))
      throw new VpdError('bad-file', `${file} places tensor ${tensor} in ${name}, which does not hold it.`);
  return makeSource({
    name: file,
    format: `safetensors in ${shards.size} shards`,
    bytes,
    metadata: Object.assign({}, ...[...shards.values()].map((shard) => shard.metadata)),
    tensors,
    readInfo: async (info, signal) => {
      const shard = shards.get(map.get(info.name) ?? '');
      if (!shard) throw new VpdError('internal', `${file}: no shard of ${info.name}.`);
      return shard.read(info.name, signal);
    },
  });
}
