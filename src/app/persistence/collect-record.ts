import type { Answer } from '../../engine/answer.ts';
import { type KeptFile, type KeptPhoto, MAX_KEPT_RESULTS, type SessionRecord } from '../../storage/session/record.ts';
import type { NewFile } from '../../storage/session/session.ts';
import type { Snapshot } from '../../storage/session/snapshot.ts';
import type { Media } from '../photos/media.ts';
import { photoOf } from '../results/result-keys.ts';
import { isAnswer, type Results, type TaskResult } from '../results/results.ts';
import { type AppState, type PhotoItem, packOf } from '../store.ts';
import type { Ledger, OfferedResult } from './ledger.ts';
import { takeSnapshot } from './snapshot.ts';

/** A session to be written. */
export interface Collected {
  readonly record: SessionRecord;
  /** Files of the record that are not on disk. */
  readonly files: readonly NewFile[];
  /** All results that may be saved, by key; the record names as many of them as a session may have. */
  readonly offered: ReadonlyMap<string, OfferedResult>;
}

/**
 * Collects the session as it is now.
 * @param isReadable Whether a photo's file can be read; a photo whose file cannot is left out, since it would make the write fail.
 */
export async function collectRecord(
  state: AppState,
  { results, media }: { readonly results: Pick<Results, 'ofPhoto'>; readonly media: Pick<Media, 'files'> },
  ledger: Ledger,
  isReadable: (file: Blob, name: string) => Promise<boolean>,
): Promise<Collected> {
  const snapshot = takeSnapshot(state);
  const items = keptPhotos(state, snapshot);
  const files: NewFile[] = [];
  const photos = await Promise.all(
    items.filter(isOwn).map(async (item) => {
      const file = media.files.get(item.id);
      const known = ledger.photos.get(item.id);
      if (!known && !(file && (await isReadable(file, item.name)))) return undefined;
      return photoRecord(item, known, file, files);
    }),
  );
  const offered = offeredResults(items, packOf(state)?.hash, results, ledger, files);
  // Beyond the limit the first are left out, so imported results come last: they cannot be computed again.
  const kept = [...offered.values()]
    .map((each) => each.kept)
    .sort((a, b) => Number(a.origin !== undefined) - Number(b.origin !== undefined))
    .slice(-MAX_KEPT_RESULTS);
  return {
    record: { snapshot, photos: photos.filter((photo) => photo !== undefined), results: kept },
    files,
    offered,
  };
}

/** Returns the session as far as its files are on disk, without waiting; undefined if a photo's file is not. */
export function recordOnDisk(state: AppState, ledger: Ledger): SessionRecord | undefined {
  const snapshot = takeSnapshot(state);
  const items = keptPhotos(state, snapshot);
  const own = items.filter(isOwn);
  const photos = own.map(({ id }) => ledger.photos.get(id)).filter((photo) => photo !== undefined);
  if (photos.length < own.length) return undefined;
  const ids = new Set(items.map(({ id }) => id));
  return { snapshot, photos, results: [...ledger.results.values()].filter(({ key }) => ids.has(photoOf(key))) };
}

/** Returns the photos that the snapshot names, at most MAX_PHOTOS. */
function keptPhotos({ photos }: AppState, snapshot: Snapshot): readonly PhotoItem[] {
  const ids = new Set(snapshot.photos.map(({ id }) => id));
  return photos.filter(({ id }) => ids.has(id));
}
const isOwn = ({ source }: PhotoItem): boolean => source === 'user';

/** Returns a photo's record; adds its file and its thumbnail to `files` if they are not on disk. */
async function photoRecord(
  { id, url, width, height, fov }: PhotoItem,
  known: KeptPhoto | undefined,
  content: Blob | undefined,
  files: NewFile[],
): Promise<KeptPhoto> {
  const { file, type } = known ?? { file: `photo-${crypto.randomUUID()}`, type: content?.type ?? '' };
  if (!known && content) files.push({ name: file, content });
  let thumbnail = known?.thumbnail;
  if (thumbnail === undefined && url?.startsWith('blob:')) {
    thumbnail = `small-${crypto.randomUUID()}`;
    // An object URL, so that nothing is requested from a server.
    files.push({ name: thumbnail, content: await (await fetch(url)).blob() });
  }
  return { photo: id, file, type, width, height, fov, thumbnail };
}

/**
 * Returns the results of these photos that may be saved, and adds new ones to `files`. Results of packs that are not open are left out,
 * except imported ones.
 */
function offeredResults(
  photos: readonly PhotoItem[],
  open: string | undefined,
  results: Pick<Results, 'ofPhoto'>,
  ledger: Ledger,
  files: NewFile[],
): ReadonlyMap<string, OfferedResult> {
  const ids = new Set(photos.map(({ id }) => id));
  const offered = new Map<string, OfferedResult>();
  for (const [key, kept] of ledger.results)
    if (ids.has(photoOf(key)) && (open === undefined || open === kept.pack || kept.origin)) offered.set(key, { kept });
  for (const [key, result] of photos.flatMap(({ id }) => results.ofPhoto(id))) {
    const source = sourceOf(result);
    if (!isAnswer(result) || !source || ledger.isRefused(result) || ledger.isSaved(key, result)) continue;
    const file = `result-${crypto.randomUUID()}`;
    files.push({ name: file, content: contentOf(result) });
    offered.set(key, { kept: { key, file, ...source }, result });
  }
  return offered;
}

/** Returns the content of a result's file. */
function contentOf({ origin: _, device: __, pack: ___, ...answer }: Extract<TaskResult, Answer>): Answer {
  return answer;
}

/** Returns the pack of a result with its device, or its origin if it was imported; undefined for results of samples, which can be loaded again. */
function sourceOf({ pack, origin, device }: TaskResult): Pick<KeptFile, 'pack' | 'origin' | 'device'> | undefined {
  if (pack === undefined) return origin && { pack: origin.pack.hash, origin };
  return origin ? undefined : { pack, device: device && { backend: device.backend, adapter: device.adapter } };
}
