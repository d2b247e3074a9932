import { VpdError } from '../errors.ts';

/** Part `index` (1…count) of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Most shards of a run, because missing shards are listed one by one; above the number of photos or expressions of any benchmark. */
const MAX_SHARDS = 100_000;

/** Parses "i/n" with 1 ≤ i ≤ n. @throws VpdError bad-request */
export function parseShard(text: string): Shard {
  const [index = 0, count = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (!(index >= 1 && index <= count))
    throw new VpdError('bad-request', `A shard is written i/n with 1 ≤ i ≤ n, such as 2/8, not "${text}".`);
  if (count > MAX_SHARDS)
    throw new VpdError('bad-request', `A run has at most ${MAX_SHARDS} shards, and "${text}" is one of more.`);
  return { index, count };
}

/** Returns every n-th item from the i-th on, of the first `limit` items. All shards together contain each of these once. */
export function takeShard<T>(items: readonly T[], { index, count }: Shard, limit = items.length): T[] {
  return items.slice(0, limit).filter((_, i) => i % count === index - 1);
}
