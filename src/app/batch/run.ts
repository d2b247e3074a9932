import type { Engine } from '../../engine/protocol.ts';
import { toVpdError, VpdError } from '../../errors.ts';
import type { BatchFacts, BatchJob, BatchPhoto, FromBatch, Outcome, ToBatch } from '../../outputs/batch/protocol.ts';
import type { Device } from '../../storage/session/record.ts';
import { isSameModel } from '../../weights/pack/pack-summary.ts';
import { askWorker } from '../../worker-calls/ask.ts';
import type { Photos } from '../photos/photos.ts';
import { isMisfiled, keyOf, type RunOptions, runRequest, type TaskRequest } from '../results/request.ts';
import { staysWith, type TaskResult } from '../results/results.ts';
import { isNeeded } from '../results/runs.ts';
import { timingsOn } from '../results/timings.ts';
import type { SessionParts } from '../session-parts.ts';
import { deviceOf, openModel, type PhotoItem, packOf } from '../store.ts';
import type { BatchState } from './state.ts';

/** If the engine dies during a photo, the photo is tried once more, since it may not be the cause. */
const ATTEMPTS = 2;

/** Reason for the end of a batch: its ZIP names one model for all results. */
const OTHER_MODEL = 'Another model was opened while the batch ran; run it again for the rest.';

type BatchParts = Pick<SessionParts, 'store' | 'results' | 'engine'> & Pick<Photos, 'fileOf'>;

const requestOf = (job: BatchJob, zeroShot: boolean): TaskRequest =>
  job.task === 'refer' ? { ...job, zeroShot } : job;

/** Returns the photo's id in the engine. It differs from the page's id, since the engine cancels older calls for the same photo. */
const engineId = (photo: PhotoItem): string => `batch:${photo.id}`;

/** An outcome, and the device that computed it. */
type Made = Outcome & Pick<TaskResult, 'device'>;

/** Returns the outcome for the ZIP, which names one device: times of any other device are removed. */
function outcomeOn(device: Device, made: Made): Outcome {
  const timings = timingsOn(device, made);
  switch (made.task) {
    case 'depth':
      return { task: made.task, result: { ...made.result, timings } };
    case 'refer':
      return { task: made.task, result: { ...made.result, timings } };
    case 'segment':
      return { task: made.task, result: { ...made.result, timings } };
  }
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
 * Runs a job on one photo after the other, so that requests of the page wait for one photo at most. A photo that cannot be read or run is
 * listed as a problem, and the batch continues; after a stop, or once another model was opened, the ZIP has the finished photos.
 * @returns the ZIP, and why the batch ended early if the user did not stop it
 * @throws VpdError if the job cannot be done on any photo (an empty prompt, no such task in the pack)
 */
export async function runBatch(
  parts: BatchParts,
  job: BatchJob,
  ids: readonly string[],
  signal: AbortSignal,
  onChange: (change: Partial<BatchState>) => void,
): Promise<{ readonly zip: Blob; readonly stopped: string | undefined }> {
  const { store, results } = parts;
  const model = openModel(store.getState());
  const { pack } = model;
  const { zeroShot } = store.getState().refer;
  const request = requestOf(job, zeroShot);
  const worker = new Worker(new URL('../../outputs/batch/worker.ts', import.meta.url), {
    type: 'module',
    name: 'batch',
  });
  const zipWriter = askWorker<ToBatch, FromBatch>(worker, 'The batch');
  const problems: { name: string; message: string }[] = [];
  const options: RunOptions = { signal, onProgress: (progress) => onChange({ progress }) };

  function isOtherModel(): boolean {
    const open = packOf(store.getState());
    return open !== undefined && open.hash !== pack.hash;
  }

  /** Adds the device, which may differ from that of the start if the engine was restarted. */
  function computed(outcome: Outcome): Made {
    const device = deviceOf(store.getState());
    return device ? { ...outcome, device } : outcome;
  }

  function usable(found: TaskResult | undefined): Made | undefined {
    if (found?.task !== 'depth' && found?.task !== 'refer' && found?.task !== 'segment') return undefined;
    const isOfOpenModel = staysWith(found, pack) && (!found.origin || isSameModel(found.origin.pack.hash, pack.hash));
    return isOfOpenModel && !isMisfiled(found, zeroShot, pack) ? found : undefined;
  }

  /** Returns the open model's earlier result. One on disk is not put into memory, where it would evict results that the page needs. */
  async function earlierResult(photo: PhotoItem): Promise<Made | undefined> {
    const key = keyOf(photo.id, request);
    return usable(results.get(key)) ?? usable(await results.kept.read(key).catch(() => undefined));
  }

  async function runPhoto(photo: PhotoItem): Promise<void> {
    const earlier = await earlierResult(photo);
    // A photo that was never decoded has no known size.
    if (earlier && photo.width > 0)
      return void (await zipWriter.ask({
        kind: 'add',
        photo: sizeOf(photo),
        outcome: outcomeOn(model.device, earlier),
      }));
    const { made, size } = await withPhoto(
      parts,
      photo,
      options,
      async (engine, id) => earlier ?? computed(await runRequest(engine, id, request, options)),
    );
    if (isOtherModel()) throw new VpdError('bad-request', OTHER_MODEL);
    await zipWriter.ask({ kind: 'add', photo: { name: photo.name, ...size }, outcome: outcomeOn(model.device, made) });
    if (earlier) return;
    // Shown at once when the photo is selected, unless the photo was removed meanwhile.
    const state = store.getState();
    if (!state.photos.some(({ id }) => id === photo.id)) return;
    results.set(keyOf(photo.id, request), { ...made, pack: pack.hash }, isNeeded(state));
    store.setState({ revision: state.revision + 1 });
  }

  try {
    await zipWriter.ask({ kind: 'start', facts: factsOf(model, job) });
    let finished = 0;
    let total = ids.length;
    let stopped: string | undefined;
    for (const id of ids) {
      const photo = store.getState().photos.find((each) => each.id === id);
      if (!photo) total--;
      onChange({ finished, total, current: photo?.name, progress: undefined, problems: [...problems] });
      if (isOtherModel()) stopped = OTHER_MODEL;
      if (signal.aborted || stopped !== undefined) break;
      if (!photo) continue;
      try {
        await runPhoto(photo);
      } catch (thrown) {
        const { code, message } = toVpdError(thrown);
        if (isOtherModel()) stopped = OTHER_MODEL;
        if (signal.aborted || stopped !== undefined) break;
        if (code === 'bad-prompt' || code === 'missing') throw thrown;
        problems.push({ name: photo.name, message });
        await zipWriter.ask({ kind: 'problem', name: photo.name, message });
      }
      finished++;
    }
    if (!signal.aborted) onChange({ finished, problems });
    const zip = await zipWriter.ask({ kind: 'finish', stopped: signal.aborted || stopped !== undefined });
    if (!zip) throw new VpdError('internal', 'The batch gave no ZIP.');
    return { zip, stopped };
  } finally {
    zipWriter.end();
  }
}

const sizeOf = ({ name, width, height }: PhotoItem): BatchPhoto => ({ name, width, height });

/** Adds a photo to the engine, runs `work` on it, and removes it. */
async function withPhoto(
  { engine, fileOf }: BatchParts,
  photo: PhotoItem,
  options: RunOptions,
  work: (engine: Engine, id: string) => Promise<Made>,
): Promise<{ readonly made: Made; readonly size: Pick<BatchPhoto, 'width' | 'height'> }> {
  const worker = engine();
  if (!worker) throw new VpdError('internal', 'The batch has no engine.');
  const id = engineId(photo);
  const file = await fileOf(photo).catch((cause) => {
    throw new VpdError('bad-image', toVpdError(cause).message, { cause });
  });
  for (let attempt = 1; ; attempt++) {
    try {
      const { bitmap, width, height } = await worker.call('addPhoto', { photo: id, name: photo.name, file }, options);
      bitmap.close();
      return { made: await work(worker, id), size: { width, height } };
    } catch (thrown) {
      const { code } = toVpdError(thrown);
      if (attempt === ATTEMPTS || (code !== 'worker-crashed' && code !== 'device-lost')) throw thrown;
    } finally {
      worker.forget(id);
    }
  }
}
