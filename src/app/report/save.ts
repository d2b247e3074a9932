import { VpdError } from '../../errors.ts';
import { fileStem } from '../../outputs/names.ts';
import type { ReportFacts } from '../../outputs/report/format.ts';
import type { Answered, ReportPhoto, ReportStart } from '../../outputs/report/job.ts';
import type { Snapshot } from '../../storage/session/snapshot.ts';
import { saveFile } from '../../ui/download.ts';
import { isSameModel } from '../../weights/pack-summary.ts';
import { takeSnapshot } from '../keep/snapshot.ts';
import type { Photos } from '../photos/photos.ts';
import { askedBy, photoOf, questionOf, withPhoto } from '../results/result-keys.ts';
import type { Results, TaskResult } from '../results/results.ts';
import type { SessionParts } from '../session-parts.ts';
import { type AppState, type PhotoItem, packOf } from '../store.ts';
import { reportWorker } from './client.ts';

const ORDER = ['depth', 'refer', 'segment'] as const;

/** The result as it goes into a report; of those that are computed from others on demand, none. */
function answered(key: string, { origin, ...found }: TaskResult, hash: string): readonly Answered[] {
  const pack = origin && !isSameModel(origin.pack.hash, hash) ? { pack: origin.pack } : {};
  switch (found.task) {
    case 'depth':
      return [{ ...pack, task: 'depth', result: found.result, scene: askedBy(key) || undefined }];
    case 'refer':
      return [{ ...pack, task: 'refer', result: found.result, prompt: askedBy(key) }];
    case 'segment':
      return [{ ...pack, task: 'segment', result: found.result }];
    case 'ablate':
    case 'ablateClasses':
    case 'rawMaps':
      return [];
  }
}

/** What decides which results are told. */
type Telling = Pick<AppState, 'refer' | 'masks'>;

/** Whether a report tells of a result: of masks, of those that are listed, drawn in the way that is on show; what was deleted stays out. */
function isTold(key: string, { refer, masks }: Telling): boolean {
  const question = questionOf(key);
  if (question === 'depth' || question === 'segment') return true;
  const listed = masks[photoOf(key)]?.items ?? [];
  return question === (refer.zeroShot ? 'zero-shot' : 'refer') && listed.some(({ prompt }) => prompt === askedBy(key));
}

/** What a report tells of a photo, task by task. */
export function answersOf(
  state: Telling,
  found: Iterable<readonly [key: string, result: TaskResult]>,
  hash: string,
): readonly Answered[] {
  const all = [...found].filter(([key]) => isTold(key, state)).flatMap(([key, result]) => answered(key, result, hash));
  return ORDER.flatMap((task) => all.filter((answer) => answer.task === task));
}

/** Keys of the results on this machine's disk that a report tells of; of one model's, where it is known. */
const keptKeys = (state: Telling, { kept }: Results, hash: string | undefined): readonly string[] =>
  kept
    .list()
    .filter(({ key, pack, origin }) => (hash === undefined || origin || pack === hash) && isTold(key, state))
    .map(({ key }) => key);

/** Photos that a report has something to say of, in memory or on the disk. */
export function reportable(state: AppState, results: Results): readonly PhotoItem[] {
  const kept = keptKeys(state, results, packOf(state)?.hash);
  const onDisk = new Set(kept.map(photoOf));
  // Once a photo was decoded its size is known, whether or not its picture is in memory now.
  const inMemory = ({ id, width }: PhotoItem) => width > 0 && answersOf(state, results.ofPhoto(id), '').length > 0;
  return state.photos.filter((photo) => onDisk.has(photo.id) || inMemory(photo));
}

/**
 * A photo with all that is known of it. What is not in memory is read one result after the other, and leaves it again with the report:
 * nothing that the page needs makes way for it.
 */
export async function photoFor(
  { store, results, tell, makeBitmap }: Pick<SessionParts, 'store' | 'results' | 'tell' | 'makeBitmap'>,
  { fileOf, cameWith }: Pick<Photos, 'fileOf' | 'cameWith'>,
  item: PhotoItem,
  hash: string,
  signal: AbortSignal,
): Promise<ReportPhoto> {
  const { id, name } = item;
  const state = store.getState();
  const byOther = ({ pack }: TaskResult) => pack !== undefined && pack !== hash;
  const found = new Map(results.ofPhoto(id).filter(([, result]) => result.origin || !byOther(result)));
  let lost = 0;
  for (const key of keptKeys(state, results, hash)) {
    if (photoOf(key) !== id || found.has(key)) continue;
    signal.throwIfAborted();
    const result = await results.kept.read(key);
    if (result) found.set(key, result);
    else lost++;
  }
  for (const [asked, result] of await cameWith(id)) {
    const key = withPhoto(id, asked);
    if (!byOther(result) && !found.has(key)) found.set(key, result);
  }
  if (lost > 0)
    tell(
      new VpdError(
        'storage',
        `Some results of ${name} that were kept on this machine cannot be read, and the report goes without them. Look at the photo to compute them again.`,
      ),
    );
  signal.throwIfAborted();
  const file = await fileOf(item);
  const { width, height } = item.width > 0 ? item : await sizeOf(file, makeBitmap);
  return { id, name, width, height, fov: item.fov, file, answers: answersOf(state, found, hash) };
}

/** Of a sample that has not been looked at since the page was loaded. */
async function sizeOf(
  file: Blob,
  makeBitmap: SessionParts['makeBitmap'],
): Promise<Pick<PhotoItem, 'width' | 'height'>> {
  const bitmap = await makeBitmap(file);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}

function factsOf({ engine }: AppState): Pick<ReportStart, 'facts' | 'working'> {
  if (engine.phase !== 'ready') throw new VpdError('bad-request', 'The model is not there yet; wait until it is.');
  const { name, hash, family, weights, licence, working } = engine.pack;
  const { backend, reason, adapter } = engine.device;
  const facts: ReportFacts = {
    made: new Date().toISOString(),
    pack: { name, hash, family, weights, licence },
    device: { backend, reason, adapter },
  };
  return { facts, working };
}

/** Of the session, what concerns these photos; samples come along as files, so that the report stands alone. */
export function snapshotOf(state: AppState, ids: readonly string[]): Snapshot {
  // Of photos alone that are in the report: a session has room for so many, wherever they are in the strip.
  const all = takeSnapshot({ ...state, photos: state.photos.filter(({ id }) => ids.includes(id)) });
  return {
    ...all,
    photos: all.photos.map((photo) => ({ ...photo, source: 'user' })),
    selected: all.selected !== undefined && ids.includes(all.selected) ? all.selected : ids[0],
    masks: Object.fromEntries(Object.entries(all.masks).filter(([id]) => ids.includes(id))),
  };
}

/** Downloads `<photo>-report.html`, or `report-of-<n>-photos.html`. */
export async function saveReport(
  parts: SessionParts,
  photos: Photos,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { store, results } = parts;
  const state = store.getState();
  const { facts, working } = factsOf(state);
  const chosen = reportable(state, results).filter(({ id }) => ids.includes(id));
  const [first] = chosen;
  if (!first) throw new VpdError('bad-request', 'Nothing has been computed on this photo yet; wait for its result.');
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
    for (const item of chosen)
      await worker.ask({ kind: 'photo', photo: await photoFor(parts, photos, item, facts.pack.hash, signal) });
    const written = await worker.ask({ kind: 'finish' });
    if (written.kind !== 'written') throw new VpdError('internal', 'The report worker gave no report.');
    const name = chosen.length === 1 ? `${fileStem(first.name)}-report.html` : `report-of-${chosen.length}-photos.html`;
    saveFile(name, written.file, 'text/html');
  } finally {
    signal.removeEventListener('abort', worker.end);
    worker.end();
  }
}
