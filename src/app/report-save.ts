import { VpdError } from '../errors.ts';
import { fileStem } from '../outputs/names.ts';
import type { ReportFacts } from '../outputs/report/format.ts';
import type { Answered, ReportPhoto, ReportStart } from '../outputs/report/job.ts';
import type { Snapshot } from '../storage/snapshot.ts';
import { saveFile } from '../ui/download.ts';
import type { Photos } from './photos.ts';
import { reportWorker } from './report-worker.ts';
import { type Results, referKey, type TaskResult } from './results.ts';
import type { SessionParts } from './session.ts';
import { takeSnapshot } from './snapshot.ts';
import type { AppState, PhotoItem } from './store.ts';

const ORDER = ['depth', 'refer', 'segment'] as const;

/** What a key says beside the photo: the scene or the prompt. */
const askedBy = (key: string): string => key.split('|').slice(2).join('|');

/** The result as it goes into a report; of those that are computed from others on demand, none. */
function answered(key: string, { origin, ...found }: TaskResult, hash: string): readonly Answered[] {
  const pack = origin && origin.pack.hash !== hash ? { pack: origin.pack } : {};
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

/** What was computed on a photo, task by task; of masks, those drawn in the way that is on show. */
export function answersOf(
  { refer }: Pick<AppState, 'refer'>,
  results: Results,
  photo: string,
  hash: string,
): readonly Answered[] {
  const all = results
    .ofPhoto(photo)
    .filter(([key, { task }]) => task !== 'refer' || key === referKey(photo, askedBy(key), refer.zeroShot))
    .flatMap(([key, result]) => answered(key, result, hash));
  return ORDER.flatMap((task) => all.filter((answer) => answer.task === task));
}

/** Photos that a report has something to say of. */
export const reportable = (state: AppState, results: Results): readonly PhotoItem[] =>
  // Once a photo was decoded its size is known, whether or not its picture is in memory now.
  state.photos.filter(({ id, width }) => width > 0 && answersOf(state, results, id, '').length > 0);

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
  { store, results }: SessionParts,
  { fileOf }: Photos,
  ids: readonly string[],
): Promise<void> {
  const state = store.getState();
  const { facts, working } = factsOf(state);
  const chosen = reportable(state, results).filter(({ id }) => ids.includes(id));
  const [first] = chosen;
  if (!first) throw new VpdError('bad-request', 'Nothing has been computed on this photo yet; wait for its result.');
  const worker = reportWorker();
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
    for (const item of chosen) {
      const { id, name, width, height } = item;
      const answers = answersOf(state, results, id, facts.pack.hash);
      const photo: ReportPhoto = { id, name, width, height, file: await fileOf(item), answers };
      await worker.ask({ kind: 'photo', photo });
    }
    const written = await worker.ask({ kind: 'finish' });
    if (written.kind !== 'written') throw new VpdError('internal', 'The report worker gave no report.');
    const name = chosen.length === 1 ? `${fileStem(first.name)}-report.html` : `report-of-${chosen.length}-photos.html`;
    saveFile(name, written.file, 'text/html');
  } finally {
    worker.end();
  }
}
