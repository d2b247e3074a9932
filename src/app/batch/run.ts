import { askWorker } from '../../asking/ask.ts';
import type { Engine } from '../../engine/protocol.ts';
import { toVpdError, VpdError } from '../../errors.ts';
import type { BatchFacts, BatchJob, BatchPhoto, FromBatch, Outcome, ToBatch } from '../../outputs/batch/job.ts';
import { isSameModel, type PackSummary } from '../../weights/pack-summary.ts';
import type { EngineState } from '../device/engine-state.ts';
import type { Photos } from '../photos/photos.ts';
import { type Asked, answer, isStray, keyOf, type RunOptions } from '../results/asked.ts';
import { onDisk } from '../results/on-disk.ts';
import type { Results, TaskResult } from '../results/results.ts';
import { isAskedFor } from '../results/runs.ts';
import type { SessionParts } from '../session-parts.ts';
import { type AppState, type PhotoItem, packOf } from '../store.ts';
import type { BatchState } from './state.ts';

/** A photo that the engine did not survive is tried once more: it may have died of something else. */
const ATTEMPTS = 2;

type BatchParts = Pick<SessionParts, 'store' | 'results' | 'engine'> & Pick<Photos, 'fileOf'>;

const askedOf = (job: BatchJob, zeroShot: boolean): Asked => (job.task === 'refer' ? { ...job, zeroShot } : job);

/** The name of the photo in the engine: apart from the page's own, so that neither's newer work ends the other's. */
const engineId = (photo: PhotoItem): string => `batch:${photo.id}`;

/** What was computed before, in the same way and by the model that is open. */
export function known(
  results: Results,
  photo: string,
  job: BatchJob,
  zeroShot: boolean,
  pack: Pick<PackSummary, 'hash' | 'tasks'>,
): Outcome | undefined {
  const found = results.get(keyOf(photo, askedOf(job, zeroShot)));
  return found && usable(found, zeroShot, pack);
}

function usable(found: TaskResult, zeroShot: boolean, pack: Pick<PackSummary, 'hash' | 'tasks'>): Outcome | undefined {
  const byOther = found.origin && !isSameModel(found.origin.pack.hash, pack.hash);
  return byOther || isStray(found, zeroShot, pack) ? undefined : asOutcome(found);
}

const asOutcome = (found: TaskResult): Outcome | undefined =>
  found.task === 'depth' || found.task === 'refer' || found.task === 'segment' ? found : undefined;

/** The same of what is on the disk alone; it stays there, so that nothing that the page needs makes way for it. */
async function knownOnDisk(
  results: Results,
  photo: string,
  job: BatchJob,
  zeroShot: boolean,
  pack: Pick<PackSummary, 'hash' | 'tasks'>,
): Promise<Outcome | undefined> {
  const found = await onDisk(results, keyOf(photo, askedOf(job, zeroShot)), zeroShot, pack);
  return found && usable(found, zeroShot, pack);
}

function openModel({ engine }: AppState): Extract<EngineState, { phase: 'ready' }> {
  if (engine.phase !== 'ready') throw new VpdError('bad-request', 'The model is not there yet; wait until it is.');
  return engine;
}

function factsOf({ pack, device }: ReturnType<typeof openModel>, job: BatchJob): BatchFacts {
  return {
    job,
    started: new Date().toISOString(),
    pack: { name: pack.name, hash: pack.hash, weights: pack.weights },
    device: { backend: device.backend, ...(device.adapter === undefined ? {} : { adapter: device.adapter }) },
    classes: pack.classes,
  };
}

/**
 * Runs a job on one photo after the other, so that what the page asks for in between waits for one photo at most. A photo that cannot be
 * read or run is noted and the next one follows; a stop keeps what is done.
 * @returns the ZIP
 * @throws VpdError when the job itself cannot be done on any photo (an empty prompt, no such task in the pack)
 */
export async function runBatch(
  parts: BatchParts,
  job: BatchJob,
  ids: readonly string[],
  signal: AbortSignal,
  tell: (change: Partial<BatchState>) => void,
): Promise<Blob> {
  const { store, results } = parts;
  const model = openModel(store.getState());
  const { pack } = model;
  const { zeroShot } = store.getState().refer;
  const worker = new Worker(new URL('../../outputs/batch/worker.ts', import.meta.url), {
    type: 'module',
    name: 'batch',
  });
  const files = askWorker<ToBatch, FromBatch>(worker, 'The batch');
  const problems: { name: string; message: string }[] = [];
  const options: RunOptions = { signal, onProgress: (progress) => tell({ progress }) };

  /** A ZIP of two models' results would say that one model gave them all. */
  function sameModel(): void {
    const open = packOf(store.getState());
    if (open && open.hash !== pack.hash)
      throw new VpdError('bad-request', 'Another model was opened while the batch ran; run the batch again.');
  }

  async function one(photo: PhotoItem): Promise<void> {
    sameModel();
    const before =
      known(results, photo.id, job, zeroShot, pack) ?? (await knownOnDisk(results, photo.id, job, zeroShot, pack));
    // Its size is known once it was decoded.
    if (before && photo.width > 0)
      return void (await files.ask({ kind: 'add', photo: sizeOf(photo), outcome: before }));
    const { outcome, size } = await withPhoto(
      parts,
      photo,
      options,
      async (engine, id) => before ?? answer(engine, id, askedOf(job, zeroShot), options),
    );
    sameModel();
    await files.ask({ kind: 'add', photo: { name: photo.name, ...size }, outcome });
    if (before) return;
    // Shown at once when the photo is looked at; removed meanwhile, it is not kept.
    const state = store.getState();
    if (!state.photos.some(({ id }) => id === photo.id)) return;
    results.set(keyOf(photo.id, askedOf(job, zeroShot)), { ...outcome, pack: pack.hash }, isAskedFor(state));
    store.setState({ revision: state.revision + 1 });
  }

  try {
    await files.ask({ kind: 'start', facts: factsOf(model, job) });
    let finished = 0;
    let total = ids.length;
    for (const id of ids) {
      const photo = store.getState().photos.find((each) => each.id === id);
      if (!photo) total--;
      tell({ finished, total, current: photo?.name, progress: undefined, problems: [...problems] });
      if (signal.aborted) break;
      if (!photo) continue;
      try {
        await one(photo);
      } catch (thrown) {
        const { code, message } = toVpdError(thrown);
        if (signal.aborted) break;
        if (code === 'bad-prompt' || code === 'missing') throw thrown;
        problems.push({ name: photo.name, message });
        await files.ask({ kind: 'problem', name: photo.name, message });
      }
      finished++;
    }
    if (!signal.aborted) tell({ finished, problems });
    const zip = await files.ask({ kind: 'finish', stopped: signal.aborted });
    if (!zip) throw new VpdError('internal', 'The batch gave no ZIP.');
    return zip;
  } finally {
    files.end();
  }
}

const sizeOf = ({ name, width, height }: PhotoItem): BatchPhoto => ({ name, width, height });

/** Gives the engine a photo for as long as the work takes. */
async function withPhoto(
  { engine, fileOf }: BatchParts,
  photo: PhotoItem,
  options: RunOptions,
  work: (engine: Engine, id: string) => Promise<Outcome>,
): Promise<{ readonly outcome: Outcome; readonly size: Pick<BatchPhoto, 'width' | 'height'> }> {
  const worker = engine();
  if (!worker) throw new VpdError('bad-request', 'The model is not there yet; wait until it is.');
  const id = engineId(photo);
  const file = await fileOf(photo).catch((cause) => {
    throw new VpdError('bad-image', toVpdError(cause).message, { cause });
  });
  for (let attempt = 1; ; attempt++) {
    try {
      const { bitmap, width, height } = await worker.call('addPhoto', { photo: id, name: photo.name, file }, options);
      bitmap.close();
      return { outcome: await work(worker, id), size: { width, height } };
    } catch (thrown) {
      const { code } = toVpdError(thrown);
      if (attempt === ATTEMPTS || (code !== 'worker-crashed' && code !== 'device-lost')) throw thrown;
    } finally {
      worker.forget(id);
    }
  }
}
