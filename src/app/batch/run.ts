import type { Engine } from '../../engine/protocol.ts';
import { toVpdError, VpdError } from '../../errors.ts';
import type { BatchFacts, BatchJob, FromBatch, ToBatch } from '../../outputs/batch/protocol.ts';
import { isolate } from '../../text/isolate.ts';
import { askWorker } from '../../worker-calls/ask.ts';
import type { Photos } from '../photos/photos.ts';
import type { RunOptions } from '../results/request.ts';
import type { SessionParts } from '../session-parts.ts';
import { openModel, type PhotoItem, packOf } from '../store.ts';
import { computedOutcomes, type PhotoOutcome } from './computed.ts';
import { presentOutcomes } from './present.ts';
import type { BatchState, Problem } from './state.ts';

/** Reason for the end of a batch: its ZIP names one model for all results. */
const OTHER_MODEL = 'Another model was opened while the batch ran; run it again for the rest.';

type BatchParts = Pick<SessionParts, 'store' | 'results' | 'engine' | 'makeBitmap'> &
  Pick<Photos, 'fileOf' | 'suppliedResults'>;

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
 * Checks every expression before the first photo, since one that cannot be read would fail on each.
 * @throws VpdError bad-prompt: which expressions cannot be read, and why
 */
async function checkPrompts(engine: Engine | undefined, prompts: readonly string[]): Promise<void> {
  const answers = await Promise.allSettled(prompts.map((prompt) => engine?.call('tokenize', { prompt })));
  const refused = answers.flatMap((answer, at) => {
    const error = answer.status === 'rejected' ? toVpdError(answer.reason) : undefined;
    return error?.code === 'bad-prompt' ? [{ prompt: prompts[at] ?? '', message: error.message }] : [];
  });
  const [first, ...others] = refused;
  if (!first) return;
  const also = others.map(({ prompt }) => `“${isolate(prompt)}”`).join(', ');
  throw new VpdError('bad-prompt', first.message + (also && ` It cannot read these expressions either: ${also}.`));
}

/**
 * Runs a job on one photo after the other, so that requests of the page wait for one photo at most. A photo that cannot be read or run is
 * listed as a problem, and the batch continues; after a stop, or once another model was opened, the ZIP has what was finished.
 * @returns the ZIP, and why the batch ended early if the user did not stop it
 * @throws VpdError if the job cannot be done on any photo (a prompt that cannot be read, no such task in the pack)
 */
export async function runBatch(
  parts: BatchParts,
  job: BatchJob,
  ids: readonly string[],
  signal: AbortSignal,
  onChange: (change: Partial<BatchState>) => void,
): Promise<{ readonly zip: Blob; readonly stopped: string | undefined }> {
  const { store } = parts;
  const start = store.getState();
  const model = openModel(start);
  const worker = new Worker(new URL('../../outputs/batch/worker.ts', import.meta.url), {
    type: 'module',
    name: 'batch',
  });
  const zipWriter = askWorker<ToBatch, FromBatch>(worker, 'The batch');
  const problems: Problem[] = [];
  const options: RunOptions = { signal, onProgress: (progress) => onChange({ progress }) };

  function isOtherModel(): boolean {
    const open = packOf(store.getState());
    return open !== undefined && open.hash !== model.pack.hash;
  }

  async function problem({ id, name }: PhotoItem, message: string): Promise<void> {
    problems.push({ photo: id, name, message });
    await zipWriter.ask({ kind: 'problem', name, message });
  }

  function outcomesOf(photo: PhotoItem): AsyncIterable<PhotoOutcome> {
    const { refer, masks } = start;
    if (job.task !== 'session')
      return computedOutcomes(parts, { job, zeroShot: refer.zeroShot, model }, photo, options);
    // Settings and mask lists are those of the start, as in a report.
    const basis = { pack: model.pack, device: model.device, refer, masks };
    return presentOutcomes(parts, basis, photo, signal, (message) => problem(photo, message));
  }

  try {
    if (job.task === 'refer') await checkPrompts(parts.engine(), job.prompts);
    await zipWriter.ask({ kind: 'start', facts: factsOf(model, job) });
    let finished = 0;
    const written = new Set<string>();
    let total = ids.length;
    let stopped: string | undefined;
    for (const id of ids) {
      const photo = store.getState().photos.find((each) => each.id === id);
      if (!photo) total--;
      onChange({
        finished,
        total,
        current: photo?.name,
        progress: undefined,
        problems: [...problems],
        written: written.size,
      });
      if (isOtherModel()) stopped = OTHER_MODEL;
      if (signal.aborted || stopped !== undefined) break;
      if (!photo) continue;
      try {
        for await (const { photo: sized, outcome } of outcomesOf(photo)) {
          if (isOtherModel()) throw new VpdError('bad-request', OTHER_MODEL);
          await zipWriter.ask({ kind: 'add', photo: sized, outcome });
          written.add(id);
        }
      } catch (thrown) {
        const { code, message } = toVpdError(thrown);
        if (isOtherModel()) stopped = OTHER_MODEL;
        if (signal.aborted || stopped !== undefined) break;
        if (job.task !== 'session' && (code === 'bad-prompt' || code === 'missing')) throw thrown;
        await problem(photo, message);
      }
      finished++;
    }
    onChange({ written: written.size, ...(signal.aborted ? {} : { finished, problems }) });
    const zip = await zipWriter.ask({ kind: 'finish', stopped: signal.aborted || stopped !== undefined });
    if (!zip) throw new VpdError('internal', 'The batch gave no ZIP.');
    return { zip, stopped };
  } finally {
    zipWriter.end();
  }
}
