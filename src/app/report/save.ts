import { VpdError } from '../../errors.ts';
import { fileStem } from '../../outputs/names.ts';
import type { ReportFacts } from '../../outputs/report/format.ts';
import type { Answered, ReportPhoto, ReportStart } from '../../outputs/report/protocol.ts';
import type { Device } from '../../storage/session/record.ts';
import { MAX_PHOTOS, ofPhotos, type Snapshot } from '../../storage/session/snapshot.ts';
import { saveFile } from '../../ui/download.ts';
import { isSameModel } from '../../weights/pack/pack-summary.ts';
import { takeSnapshot } from '../persistence/snapshot.ts';
import type { Photos } from '../photos/photos.ts';
import { photoOf, questionOf, withPhoto, wordsOf } from '../results/result-keys.ts';
import type { Results, TaskResult } from '../results/results.ts';
import { timingsOn } from '../results/timings.ts';
import type { SessionParts } from '../session-parts.ts';
import { type AppState, openModel, type PhotoItem, packOf } from '../store.ts';
import { reportWorker } from './client.ts';

type Parts = Pick<SessionParts, 'store' | 'results' | 'showError' | 'makeBitmap'>;
type Files = Pick<Photos, 'fileOf' | 'suppliedResults'>;

const ORDER = ['depth', 'refer', 'segment'] as const;

/** Returns the result as it is written into a report; none for ablations and raw maps, which are computed on demand. */
function answerOf(key: string, found: TaskResult, { pack: { hash }, device }: ReportBasis): readonly Answered[] {
  const { origin } = found;
  const pack = origin && !isSameModel(origin.pack.hash, hash) ? { pack: origin.pack } : {};
  const timings = timingsOn(device, found);
  switch (found.task) {
    case 'depth':
      return [{ ...pack, task: 'depth', result: { ...found.result, timings }, scene: wordsOf(key) || undefined }];
    case 'refer':
      return [{ ...pack, task: 'refer', result: { ...found.result, timings }, prompt: wordsOf(key) }];
    case 'segment':
      return [{ ...pack, task: 'segment', result: { ...found.result, timings } }];
    case 'ablate':
    case 'ablateClasses':
    case 'rawMaps':
      return [];
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
  const question = questionOf(key);
  if (question === 'depth' || question === 'segment') return true;
  const listed = masks[photoOf(key)]?.items ?? [];
  return question === (refer.zeroShot ? 'zero-shot' : 'refer') && listed.some(({ prompt }) => prompt === wordsOf(key));
}

/** Returns the results of a photo that a report includes, in the order of the tasks. */
export function answersOf(
  found: Iterable<readonly [key: string, result: TaskResult]>,
  basis: ReportBasis,
): readonly Answered[] {
  const all = [...found]
    .filter(([key]) => isIncluded(key, basis))
    .flatMap(([key, result]) => answerOf(key, result, basis));
  return ORDER.flatMap((task) => all.filter((answer) => answer.task === task));
}

/** Returns the keys of the results on disk that a report includes; with `hash`, only those of that pack and imported ones. */
const keptKeys = (selection: Selection, { kept }: Results, hash: string | undefined): readonly string[] =>
  kept
    .list()
    .filter(({ key, pack, origin }) => (hash === undefined || origin || pack === hash) && isIncluded(key, selection))
    .map(({ key }) => key);

/** Returns the photos for which a report has results, in memory or on disk. */
export function reportable(state: AppState, results: Results): readonly PhotoItem[] {
  const kept = keptKeys(state, results, packOf(state)?.hash);
  const onDisk = new Set(kept.map(photoOf));
  // The width is known once the photo was decoded, even if its picture is not in memory now.
  const inMemory = ({ id, width }: PhotoItem) =>
    width > 0 && results.ofPhoto(id).some(([key]) => isIncluded(key, state));
  return state.photos.filter((photo) => onDisk.has(photo.id) || inMemory(photo));
}

/**
 * Returns a photo with its results. Those on disk are read one after the other and not put into memory, where they would evict results that
 * the page needs.
 */
export async function photoFor(
  { results, showError, makeBitmap }: Omit<Parts, 'store'>,
  { fileOf, suppliedResults }: Files,
  item: PhotoItem,
  basis: ReportBasis,
  signal: AbortSignal,
): Promise<ReportPhoto> {
  const { id, name } = item;
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
  if (lost > 0)
    showError(
      new VpdError(
        'storage',
        `Some saved results of ${name} cannot be read and are missing from the report. Select the photo to compute them again.`,
      ),
    );
  signal.throwIfAborted();
  const file = await fileOf(item);
  const { width, height } = item.width > 0 ? item : await sizeOf(file, makeBitmap);
  return { id, name, width, height, fov: item.fov, file, answers: answersOf(found, basis) };
}

/** Returns the size of a sample that was not selected since the page was loaded. */
async function sizeOf(
  file: Blob,
  makeBitmap: SessionParts['makeBitmap'],
): Promise<Pick<PhotoItem, 'width' | 'height'>> {
  const bitmap = await makeBitmap(file);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}

function factsOf(state: AppState): Pick<ReportStart, 'facts' | 'working'> {
  const { pack, device } = openModel(state);
  const { name, hash, family, weights, licence, working } = pack;
  const { backend, reason, adapter } = device;
  const facts: ReportFacts = {
    made: new Date().toISOString(),
    pack: { name, hash, family, weights, licence },
    device: { backend, reason, adapter },
  };
  return { facts, working };
}

/** Returns the session's snapshot for these photos alone. Samples become user's photos, since the report contains their files. */
export function snapshotOf(state: AppState, ids: readonly string[]): Snapshot {
  // Filtered first: a snapshot keeps the first photos only, and those of the report may come later in the strip.
  const all = takeSnapshot({ ...state, photos: state.photos.filter(({ id }) => ids.includes(id)) });
  return ofPhotos({ ...all, photos: all.photos.map((photo) => ({ ...photo, source: 'user' })) }, ids);
}

/** Throws if another model was opened: the report names one model for its results. */
function checkModel(state: AppState, { hash }: ReportBasis['pack']): void {
  const open = packOf(state);
  if (open && open.hash !== hash)
    throw new VpdError('bad-request', 'Another model was opened while the report was written; save it again.');
}

/** Returns a photo with its results; undefined if it was removed meanwhile. */
async function photoIfPresent(
  parts: Parts,
  photos: Files,
  id: string,
  basis: ReportBasis,
  signal: AbortSignal,
): Promise<ReportPhoto | undefined> {
  const { store } = parts;
  const find = () => store.getState().photos.find((photo) => photo.id === id);
  const item = find();
  if (!item) return undefined;
  checkModel(store.getState(), basis.pack);
  const photo = await photoFor(parts, photos, item, basis, signal).catch((thrown: unknown) => {
    if (find()) throw thrown;
    return undefined;
  });
  checkModel(store.getState(), basis.pack);
  return find() && photo;
}

/**
 * Writes a report of these photos, except those that are removed meanwhile; named `<photo>-report.html` or `report-of-<n>-photos.html`.
 * Settings and mask lists are those of the start.
 * @throws VpdError bad-request: no results, too many photos, or another model was opened meanwhile
 */
export async function writeReport(
  parts: Parts,
  photos: Files,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly file: Blob }> {
  const { store, results } = parts;
  const state = store.getState();
  const { facts, working } = factsOf(state);
  const { refer, masks } = state;
  const basis: ReportBasis = { pack: facts.pack, device: facts.device, refer, masks };
  const chosen = reportable(state, results).filter(({ id }) => ids.includes(id));
  if (chosen.length === 0)
    throw new VpdError('bad-request', 'Nothing has been computed on this photo yet; wait for its result.');
  if (chosen.length > MAX_PHOTOS)
    throw new VpdError(
      'bad-request',
      `A report has room for ${MAX_PHOTOS} photos, and these are ${chosen.length}: remove others from the strip, or save the selected photo alone.`,
    );
  const worker = reportWorker();
  signal.addEventListener('abort', worker.end);
  try {
    await worker.ask({
      kind: 'start',
      facts,
      working,
      snapshot: snapshotOf(
        state,
        chosen.map(({ id }) => id),
      ),
    });
    const names: string[] = [];
    for (const { id } of chosen) {
      const photo = await photoIfPresent(parts, photos, id, basis, signal);
      if (!photo) continue;
      await worker.ask({ kind: 'photo', photo });
      names.push(photo.name);
    }
    const [first] = names;
    if (first === undefined)
      throw new VpdError('bad-request', 'All photos of the report were removed while it was written.');
    const written = await worker.ask({ kind: 'finish' });
    if (written.kind !== 'written') throw new VpdError('internal', 'The report worker gave no report.');
    const name = names.length === 1 ? `${fileStem(first)}-report.html` : `report-of-${names.length}-photos.html`;
    return { name, file: written.file };
  } finally {
    signal.removeEventListener('abort', worker.end);
    worker.end();
  }
}

/** Writes a report and downloads it. */
export async function saveReport(...args: Parameters<typeof writeReport>): Promise<void> {
  const { name, file } = await writeReport(...args);
  saveFile(name, file, 'text/html');
}
