import type {
  AblateClassesResult,
  AblateResult,
  DepthResult,
  RawMapsResult,
  ReferResult,
  SegmentResult,
} from '../../engine/protocol.ts';
import type { SampleTruth } from '../../samples/truth.ts';
import type { Origin } from '../../storage/session/record.ts';
import { photoOf } from './result-keys.ts';

/** What one run of a task gave, tagged so that a lookup narrows. */
export type TaskResult = {
  readonly origin?: Origin;
  /** Hash of the pack that computed it, where it gives way when another one is open. */
  readonly pack?: string;
} & Run;
type Run =
  | { readonly task: 'depth'; readonly result: DepthResult }
  | { readonly task: 'refer'; readonly result: ReferResult }
  | { readonly task: 'segment'; readonly result: SegmentResult }
  | { readonly task: 'ablate'; readonly result: AblateResult }
  | { readonly task: 'ablateClasses'; readonly result: AblateClassesResult }
  | { readonly task: 'rawMaps'; readonly result: RawMapsResult };

/** Results by what was asked: their keys without the photo. */
export type KnownResults = readonly (readonly [asked: string, result: TaskResult])[];

/** About 7 MB each at the largest size: enough to go back and forth, bounded for a long session but for what the photo on show asks for. */
const MAX_RESULTS = 48;

/** Results on this machine's disk. Those that made way in memory are there still. */
export interface KeptResults {
  list(): readonly { readonly key: string; readonly pack: string; readonly origin?: Origin | undefined }[];
  /** Undefined where it is gone or damaged. */
  read(key: string): Promise<TaskResult | undefined>;
  /** Takes none that came from elsewhere for an answer any more. */
  forgetBrought(): void;
  /** Takes none of them for an answer any more. */
  forget(): void;
}
const NOTHING_KEPT: KeptResults = { list: () => [], read: async () => undefined, forgetBrought() {}, forget() {} };

/** Files, bitmaps and results by id: everything too heavy for the store. */
export interface Results {
  readonly files: Map<string, Blob>;
  readonly bitmaps: Map<string, ImageBitmap>;
  /** How to read the files of photos that are not in memory (yet). */
  readonly sources: Map<string, () => Promise<Blob>>;
  /** What is really in a sample, once it was asked for. */
  readonly truths: Map<string, SampleTruth>;
  /** A copy of the file of the photo that was removed last, under way, as long as it can be brought back. */
  removed: Promise<Blob> | undefined;
  /** Nothing as long as it is not known what is kept. */
  kept: KeptResults;
  get(key: string): TaskResult | undefined;
  /** @param stays Whether a result may not make way for this one: it would be wanted again at once. */
  set(key: string, result: TaskResult, stays?: (key: string) => boolean): void;
  /** Forgets one result, so that it is computed (again) when it is wanted. */
  delete(key: string): void;
  /** What was computed on a photo. */
  ofPhoto(photo: string): readonly (readonly [key: string, result: TaskResult])[];
  /** Forgets a photo and everything computed on it. */
  forget(photo: string): void;
  /** Forgets what was computed by any other pack, and may be computed again. */
  forgetOthers(pack: string): void;
  /** Forgets what was computed, of every photo: it is another model's. */
  forgetResults(): void;
  /** Forgets what was computed here, of every photo; what came from elsewhere stays. */
  forgetOwn(): void;
}

/** Whether it came from a file and from nowhere else: what came with a sample can come again, as the pack that it names says. */
export const isBrought = ({ origin, pack }: TaskResult): boolean => origin !== undefined && pack === undefined;

export function createResults(): Results {
  const files = new Map<string, Blob>();
  const bitmaps = new Map<string, ImageBitmap>();
  const byKey = new Map<string, TaskResult>();
  /** What nothing could compute again, and is not on the disk. */
  const isOnly = (key: string): boolean => {
    const found = byKey.get(key);
    return (
      found !== undefined && isBrought(found) && !results.kept.list().some((each) => each.key === key && each.origin)
    );
  };
  const results: Results = {
    files,
    bitmaps,
    sources: new Map(),
    truths: new Map(),
    removed: undefined,
    kept: NOTHING_KEPT,
    get(key) {
      const found = byKey.get(key);
      // What is looked at stays; what has not been looked at for longest goes first.
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
      // Every layer and head of a prompt may take 50 MB: one prompt's at a time.
      if (result.task === 'rawMaps')
        for (const [other, { task }] of [...byKey]) if (task === 'rawMaps') byKey.delete(other);
      byKey.set(key, result);
      for (const oldest of [...byKey.keys()])
        if (byKey.size > MAX_RESULTS && oldest !== key && !stays(oldest) && !isOnly(oldest)) byKey.delete(oldest);
    },
    ofPhoto: (photo) => [...byKey].filter(([key]) => photoOf(key) === photo),
    forget(photo) {
      files.delete(photo);
      bitmaps.get(photo)?.close();
      bitmaps.delete(photo);
      for (const key of [...byKey.keys()]) if (photoOf(key) === photo) byKey.delete(key);
    },
    forgetOthers(hash) {
      for (const [key, { pack }] of [...byKey]) if (pack !== undefined && pack !== hash) byKey.delete(key);
    },
    forgetResults: () => byKey.clear(),
    forgetOwn() {
      for (const [key, { origin }] of [...byKey]) if (!origin) byKey.delete(key);
    },
  };
  return results;
}
