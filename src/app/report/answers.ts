import { withTimings } from '../../engine/answer.ts';
import type { Answered } from '../../outputs/report/protocol.ts';
import type { Device } from '../../storage/session/record.ts';
import { TASK_IDS } from '../../vpd/config.ts';
import { isSameModel } from '../../weights/pack/pack-summary.ts';
import type { Photos } from '../photos/photos.ts';
import { isZeroShot, photoOf, taskOf, withPhoto, wordsOf } from '../results/result-keys.ts';
import { isAnswer, type Results, type TaskResult } from '../results/results.ts';
import { timingsOn } from '../results/timings.ts';
import type { SessionParts } from '../session-parts.ts';
import { type AppState, type PhotoItem, packOf } from '../store.ts';

/** Returns the result as it is written into a report; none for what is computed on demand. */
function answerOf(key: string, found: TaskResult, { pack: { hash }, device }: ReportBasis): readonly Answered[] {
  const { origin } = found;
  const pack = origin && !isSameModel(origin.pack.hash, hash) ? { pack: origin.pack } : {};
  if (!isAnswer(found)) return [];
  const { task, result } = withTimings(found, timingsOn(device, found));
  switch (task) {
    case 'depth':
      return [{ ...pack, task, result, scene: wordsOf(key) || undefined }];
    case 'refer':
      return [{ ...pack, task, result, prompt: wordsOf(key) }];
    case 'segment':
      return [{ ...pack, task, result }];
  }
}

/** The settings that decide which results a report includes. */
type Selection = Pick<AppState, 'refer' | 'masks'>;

/** The state at the start of a report: the model and the device that it names, and which results it includes. */
export interface ReportBasis extends Selection {
  readonly pack: { readonly hash: string };
  readonly device: Device;
}

/** True if a report includes a result. Of masks these are the listed ones, zero-shot or not as chosen, so deleted masks are left out. */
function isIncluded(key: string, { refer, masks }: Selection): boolean {
  const listed = masks[photoOf(key)]?.items ?? [];
  switch (taskOf(key)) {
    case 'depth':
    case 'segment':
      return true;
    case 'refer':
      return isZeroShot(key) === refer.zeroShot && listed.some(({ prompt }) => prompt === wordsOf(key));
    case undefined:
      return false;
  }
}

/** Returns the results of a photo that a report includes, in the order of the tasks. */
export function answersOf(
  found: Iterable<readonly [key: string, result: TaskResult]>,
  basis: ReportBasis,
): readonly Answered[] {
  const all = [...found]
    .filter(([key]) => isIncluded(key, basis))
    .flatMap(([key, result]) => answerOf(key, result, basis));
  return TASK_IDS.flatMap((task) => all.filter((answer) => answer.task === task));
}

/** Returns the keys of the results on disk that a report includes; with `hash`, only those of that pack and imported ones. */
const keptKeys = (selection: Selection, { kept }: Results, hash: string | undefined): readonly string[] =>
  kept
    .list()
    .filter(({ key, pack, origin }) => (hash === undefined || origin || pack === hash) && isIncluded(key, selection))
    .map(({ key }) => key);

/** Returns the keys of the results that a report includes, in memory or on disk. */
export function reportableKeys(state: AppState, results: Results): ReadonlySet<string> {
  // The width is known once the photo was decoded, even if its picture is not in memory now.
  const decoded = state.photos.filter(({ width }) => width > 0);
  const inMemory = decoded.flatMap(({ id }) => results.ofPhoto(id).map(([key]) => key));
  return new Set([
    ...keptKeys(state, results, packOf(state)?.hash),
    ...inMemory.filter((key) => isIncluded(key, state)),
  ]);
}

/** Returns the photos for which a report has results, in memory or on disk. */
export function reportable(state: AppState, results: Results): readonly PhotoItem[] {
  const ids = new Set([...reportableKeys(state, results)].map(photoOf));
  return state.photos.filter(({ id }) => ids.has(id));
}

/**
 * Returns the results of a photo that a report includes, and how many of those on disk cannot be read. Those on disk are read one after the
 * other and not put into memory, where they would evict results that the page needs.
 */
export async function answersFor(
  results: Results,
  suppliedResults: Photos['suppliedResults'],
  id: string,
  basis: ReportBasis,
  signal: AbortSignal,
): Promise<{ readonly answers: readonly Answered[]; readonly lost: number }> {
  const { hash } = basis.pack;
  const byOther = ({ pack }: TaskResult) => pack !== undefined && pack !== hash;
  const found = new Map(results.ofPhoto(id).filter(([, result]) => result.origin || !byOther(result)));
  let lost = 0;
  for (const key of keptKeys(basis, results, hash)) {
    if (photoOf(key) !== id || found.has(key)) continue;
    signal.throwIfAborted();
    const result = await results.kept.read(key);
    if (result) found.set(key, result);
    else lost++;
  }
  for (const [question, result] of await suppliedResults(id)) {
    const key = withPhoto(id, question);
    if (!byOther(result) && !found.has(key)) found.set(key, result);
  }
  return { answers: answersOf(found, basis), lost };
}

/** Returns the pixels of a photo, also of a sample that was not selected since the page was loaded. */
export async function sizeOf(
  photo: PhotoItem,
  file: () => Promise<Blob>,
  makeBitmap: SessionParts['makeBitmap'],
): Promise<Pick<PhotoItem, 'width' | 'height'>> {
  if (photo.width > 0) return { width: photo.width, height: photo.height };
  const bitmap = await makeBitmap(await file());
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}
