import { VpdError } from '../errors.ts';

/** Part `index` (1…count) of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** More than the largest benchmark has photos or expressions: what lacks of a run is listed part by part. */
const MAX_SHARDS = 100_000;

/** Reads "i/n", 1 ≤ i ≤ n. */
export function parseShard(text: string): Shard {
  const [index = 0, count = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (!(index >= 1 && index <= count))
    throw new VpdError('bad-request', `A shard is written i/n with 1 ≤ i ≤ n, such as 2/8, not "${text}".`);
  if (count > MAX_SHARDS)
    throw new VpdError('bad-request', `A run has at most ${MAX_SHARDS} shards, and "${text}" is one of more.`);
  return { index, count };
}

/** Every n-th item from the i-th on, of the first `limit`: all shards together are the unsharded list. */
export function takeShard<T>(items: readonly T[], { index, count }: Shard, limit = items.length): T[] {
  return items.slice(0, limit).filter((_, i) => i % count === index - 1);
}
