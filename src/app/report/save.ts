import { VpdError } from '../../errors.ts';
import { fileStem } from '../../outputs/names.ts';
import type { ReportFacts } from '../../outputs/report/format.ts';
import type { ReportPhoto, ReportStart } from '../../outputs/report/protocol.ts';
import { MAX_PHOTOS, ofPhotos, type Snapshot } from '../../storage/session/snapshot.ts';
import { saveFile } from '../../ui/download.ts';
import { takeSnapshot } from '../persistence/snapshot.ts';
import type { Photos } from '../photos/photos.ts';
import type { SessionParts } from '../session-parts.ts';
import { type AppState, openModel, type PhotoItem, packOf } from '../store.ts';
import { answersFor, type ReportBasis, reportable, sizeOf } from './answers.ts';
import { reportWorker } from './client.ts';

type Parts = Pick<SessionParts, 'store' | 'results' | 'showError' | 'makeBitmap'>;
type Files = Pick<Photos, 'fileOf' | 'suppliedResults'>;

/** Returns a photo with its results; tells the user if some of them cannot be read. */
export async function photoFor(
  { results, showError, makeBitmap }: Omit<Parts, 'store'>,
  { fileOf, suppliedResults }: Files,
  item: PhotoItem,
  basis: ReportBasis,
  signal: AbortSignal,
): Promise<ReportPhoto> {
  const { id, name, fov } = item;
  const { answers, lost } = await answersFor(results, suppliedResults, id, basis, signal);
  if (lost > 0)
    showError(
      new VpdError(
        'storage',
        `Some saved results of ${name} cannot be read and are missing from the report. Select the photo to compute them again.`,
      ),
    );
  signal.throwIfAborted();
  const file = await fileOf(item);
  return { id, name, ...(await sizeOf(item, async () => file, makeBitmap)), fov, file, answers };
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
