import type { KeptFile, KeptPhoto, SessionRecord } from '../../storage/session/record.ts';
import type { TaskResult } from '../results/results.ts';

/** A result that a write offers to the disk. */
export interface OfferedResult {
  readonly kept: KeptFile;
  /** The result in memory, if its file is new. */
  readonly result?: TaskResult;
}

/** Which photos and results of the session are on disk, under the ids of this page. */
export interface Ledger {
  readonly photos: Map<string, KeptPhoto>;
  readonly results: Map<string, KeptFile>;
  /** By key, the result in memory that was written to the file or read from it, so that both are equal. */
  readonly held: Map<string, WeakRef<TaskResult>>;
  /** Number of times results were forgotten. A write that began before must not bring them back. */
  readonly forgotten: number;
  /** True if a result is on disk as it is in memory. */
  isSaved(key: string, result: TaskResult): boolean;
  /** True if there was no room on disk for a result, so that it is not offered again. */
  isRefused(result: TaskResult): boolean;
  /**
   * Takes over what a write has put on disk.
   * @param offered Results that the write offered, by key; those that it did not write are refused from now on.
   * @param forgotten Value of `forgotten` when the write began.
   */
  accept(written: SessionRecord, offered: ReadonlyMap<string, OfferedResult>, forgotten: number): void;
  /** Forgets the imported results. */
  forgetImported(): void;
  /** Forgets all results. */
  forgetResults(): void;
  /** Forgets everything, before the disk is cleared. */
  clear(): void;
}

export function createLedger(): Ledger {
  const photos = new Map<string, KeptPhoto>();
  const results = new Map<string, KeptFile>();
  const held = new Map<string, WeakRef<TaskResult>>();
  const refused = new WeakSet<TaskResult>();
  let forgotten = 0;

  function acceptResults(written: readonly KeptFile[], offered: ReadonlyMap<string, OfferedResult>): void {
    for (const kept of written) results.set(kept.key, kept);
    for (const [key, { result }] of offered) {
      const inMemory = result ?? held.get(key)?.deref();
      if (!inMemory) continue;
      if (results.has(key)) held.set(key, new WeakRef(inMemory));
      else refused.add(inMemory);
    }
  }

  return {
    photos,
    results,
    held,
    get forgotten() {
      return forgotten;
    },
    isSaved: (key, result) => results.has(key) && held.get(key)?.deref() === result,
    isRefused: (result) => refused.has(result),
    accept(written, offered, forgottenBefore) {
      photos.clear();
      for (const kept of written.photos) photos.set(kept.photo, kept);
      results.clear();
      if (forgotten === forgottenBefore) acceptResults(written.results, offered);
      // A result whose file was deleted is written again if it returns, e.g. with a removed photo.
      for (const key of [...held.keys()]) if (!results.has(key)) held.delete(key);
    },
    forgetImported() {
      for (const [key, { origin }] of [...results]) if (origin) results.delete(key);
      forgotten++;
    },
    forgetResults() {
      results.clear();
      forgotten++;
    },
    clear() {
      photos.clear();
      results.clear();
      held.clear();
    },
  };
}
