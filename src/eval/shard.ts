import { VpdError } from '../errors.ts';

/** Part `index` (1…count) of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Reads "i/n", 1 ≤ i ≤ n. */
export function parseShard(text: string): Shard {
  const [index = 0, count = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (!(index >= 1 && index <= count))
    throw new VpdError('bad-request', `A shard is written i/n with 1 ≤ i ≤ n, such as 2/8, not "${text}".`);
  return { index, count };
}

/** Every n-th item from the i-th on, of the first `limit`: all shards together are the unsharded list. */
export function takeShard<T>(items: readonly T[], { index, count }: Shard, limit = items.length): T[] {
  return items.slice(0, limit).filter((_, i) => i % count === index - 1);
}
