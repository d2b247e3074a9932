/** A cache that keeps the most recently used values up to a total cost. Every value that leaves it is passed to `drop`. */
interface Lru<T> {
  get(key: string): T | undefined;
  /** Evicts the least recently used values until `cost` fits, then keeps the value (even if it alone exceeds the limit). */
  set(key: string, value: T, cost: number): void;
  /** Evicts values until one of this cost fits, before that value exists. */
  reserve(cost: number): void;
  deleteWhere(test: (key: string) => boolean): void;
}

export function createLru<T>(limit: number, drop: (value: T, key: string) => void): Lru<T> {
  // A Map iterates in insertion order, so re-inserting on use keeps the least recently used first.
  const entries = new Map<string, { readonly value: T; readonly cost: number }>();
  let total = 0;
  const remove = (key: string): void => {
    const entry = entries.get(key);
    if (!entry) return;
    entries.delete(key);
    total -= entry.cost;
    drop(entry.value, key);
  };
  const reserve = (cost: number): void => {
    for (const key of entries.keys()) {
      if (total + cost <= limit) return;
      remove(key);
    }
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, cost) {
      remove(key);
      reserve(cost);
      entries.set(key, { value, cost });
      total += cost;
    },
    reserve,
    deleteWhere(test) {
      for (const key of [...entries.keys()]) if (test(key)) remove(key);
    },
  };
}
