import type { TensorInfo } from '../weights/source.ts';

/** Limit of one weight file: browsers and wasm32 cannot hold 2 GB in one buffer, and the header needs room. */
export const MAX_SHARD_BYTES = 1_900_000_000;

interface Shard {
  readonly name: string;
  readonly tensors: readonly TensorInfo[];
}

/** Splits tensors, in order, into files of at most `limit` bytes (without headers), with Hugging Face's file names. */
export function planShards(tensors: readonly TensorInfo[], limit: number): readonly Shard[] {
  const groups: TensorInfo[][] = [[]];
  let bytes = 0;
  for (const tensor of tensors) {
    if (bytes > 0 && bytes + tensor.bytes > limit) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(tensor);
    bytes += tensor.bytes;
  }
  const number = (i: number): string => String(i).padStart(5, '0');
  return groups.map((group, i) => ({
    name: groups.length === 1 ? 'model.safetensors' : `model-${number(i + 1)}-of-${number(groups.length)}.safetensors`,
    tensors: group,
  }));
}

/** Text of `model.safetensors.index.json`. */
export function shardIndex(shards: readonly Shard[]): string {
  const weightMap = Object.fromEntries(
    shards.flatMap(({ name, tensors }) => tensors.map((tensor) => [tensor.name, name])),
  );
  const total = shards.reduce(
    (sum, { tensors }) => sum + tensors.reduce((bytes, tensor) => bytes + tensor.bytes, 0),
    0,
  );
  return `${JSON.stringify({ metadata: { total_size: total }, weight_map: weightMap }, null, 1)}\n`;
}
