import type { Answer } from '../../engine/answer.ts';
import type { AblateClassesResult, AblateResult, RawMapsResult } from '../../engine/results.ts';
import type { SampleTruth } from '../../samples/truth.ts';
import type { Device, Origin } from '../../storage/session/record.ts';
import { isTaskId } from '../../vpd/config.ts';
import { photoOf } from './result-keys.ts';

/** Result of one run. Its `task` tells TypeScript the type of `result`. */
export type TaskResult = Provenance & (Answer | FollowUp);
interface Provenance {
  readonly origin?: Origin;
  /** Device that computed it and took its times; undefined if it was imported. */
  readonly device?: Device;
  /** Hash of the pack that computed it; undefined if it stays when another pack is opened. */
  readonly pack?: string;
}
/** What the view of another result needs; computed again on demand, so it is neither saved nor written into files. */
type FollowUp =
  | { readonly task: 'ablate'; readonly result: AblateResult }
  | { readonly task: 'ablateClasses'; readonly result: AblateClassesResult }
  | { readonly task: 'rawMaps'; readonly result: RawMapsResult };

/** True for the result of a task, which is saved and written into files. */
export const isAnswer = (found: TaskResult): found is Provenance & Answer => isTaskId(found.task);

/** Results of one photo by their keys without the photo. */
export type KnownResults = readonly (readonly [question: string, result: TaskResult])[];

/** Maximum number of results in memory, about 7 MB each at the largest size. Results that the selected photo needs may exceed it. */
const MAX_RESULTS = 48;

/** Results on disk, which include those evicted from memory. */
export interface KeptResults {
  list(): readonly { readonly key: string; readonly pack: string; readonly origin?: Origin | undefined }[];
  /** Resolves to undefined if the file is missing or damaged. */
  read(key: string): Promise<TaskResult | undefined>;
  /** Forgets the imported results. */
  forgetImported(): void;
  /** Forgets all of them. */
  forget(): void;
}
const NOTHING_KEPT: KeptResults = { list: () => [], read: async () => undefined, forgetImported() {}, forget() {} };

/** Results of the photos by their keys, too heavy for the store, and the ground truth of samples by their ids. */
export interface Results {
  /** Ground truth of samples, once loaded. */
  readonly truths: Map<string, SampleTruth>;
  /** Empty until the session on disk is open. */
  kept: KeptResults;
  get(key: string): TaskResult | undefined;
  /** @param stays Returns true for keys that must not be evicted, since their results would be computed again at once. */
  set(key: string, result: TaskResult, stays?: (key: string) => boolean): void;
  /** Forgets one result, so that it is computed again when needed. */
  delete(key: string): void;
  /** Returns the keys of the results in memory. */
  keys(): readonly string[];
  /** Returns all results of a photo. */
  ofPhoto(photo: string): readonly (readonly [key: string, result: TaskResult])[];
  /** Forgets all results of a photo. */
  forget(photo: string): void;
  /** Forgets results of all other packs, except imported ones. */
  forgetOthers(pack: string): void;
  /** Forgets the results of all photos. */
  forgetResults(): void;
  /** Forgets the results of all photos, except imported ones and those of samples. */
  forgetOwn(): void;
}

/** True if a result was imported from a report. Results of samples name a pack as well, and can be loaded again. */
const isImported = ({ origin, pack }: TaskResult): boolean => origin !== undefined && pack === undefined;

/** True if a result stays while `open` is the open pack: that pack computed it, or it was imported. While no pack is open, all stay. */
export const staysWith = ({ pack }: TaskResult, open: { readonly hash: string } | undefined): boolean =>
  pack === undefined || open === undefined || pack === open.hash;

export function createResults(): Results {
  const byKey = new Map<string, TaskResult>();
  /** True if a result would be lost if it were evicted: it was imported and is not on disk. */
  const isOnlyCopy = (key: string): boolean => {
    const found = byKey.get(key);
    return (
      found !== undefined && isImported(found) && !results.kept.list().some((each) => each.key === key && each.origin)
    );
  };
  const results: Results = {
    truths: new Map(),
    kept: NOTHING_KEPT,
    get(key) {
      const found = byKey.get(key);
      // Moves it to the end: the least recently used result is evicted first.
      if (found) {
        byKey.delete(key);
        byKey.set(key, found);
      }
      return found;
    },
    delete(key) {
      byKey.delete(key);
    },
    set(key, result, stays = () => false) {
      byKey.delete(key);
      // Maps of all layers and heads may take 50 MB, so only one prompt's are kept.
      if (result.task === 'rawMaps')
        for (const [other, { task }] of [...byKey]) if (task === 'rawMaps') byKey.delete(other);
      byKey.set(key, result);
      for (const oldest of [...byKey.keys()])
        if (byKey.size > MAX_RESULTS && oldest !== key && !stays(oldest) && !isOnlyCopy(oldest)) byKey.delete(oldest);
    },
    keys: () => [...byKey.keys()],
    ofPhoto: (photo) => [...byKey].filter(([key]) => photoOf(key) === photo),
    forget(photo) {
      for (const key of [...byKey.keys()]) if (photoOf(key) === photo) byKey.delete(key);
    },
    forgetOthers(hash) {
      for (const [key, result] of [...byKey]) if (!staysWith(result, { hash })) byKey.delete(key);
    },
    forgetResults: () => byKey.clear(),
    forgetOwn() {
      for (const [key, { origin }] of [...byKey]) if (!origin) byKey.delete(key);
    },
  };
  return results;
}
