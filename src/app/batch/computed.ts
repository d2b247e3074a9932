import { type Answer, withTimings } from '../../engine/answer.ts';
import type { BatchJob, BatchOutcome, BatchPhoto } from '../../outputs/batch/protocol.ts';
import type { Device } from '../../storage/session/record.ts';
import { findMask, NO_MASKS, plainMask } from '../../tasks/refer/masks/masks.ts';
import { isSameModel, type PackSummary } from '../../weights/pack/pack-summary.ts';
import type { Photos } from '../photos/photos.ts';
import { isNeeded } from '../results/needed.ts';
import { isMisfiled, keyOf, type RunOptions, runRequest, type TaskRequest } from '../results/request.ts';
import { isAnswer, staysWith, type TaskResult } from '../results/results.ts';
import { timingsOn } from '../results/timings.ts';
import type { SessionParts } from '../session-parts.ts';
import { type AppState, deviceOf, type PhotoItem } from '../store.ts';
import { enginePhoto } from './engine-photo.ts';

/** A photo with one of its outcomes. */
export interface PhotoOutcome {
  readonly photo: BatchPhoto;
  readonly outcome: BatchOutcome;
}

/** Runs of a batch on one photo. */
interface Runs {
  readonly job: Exclude<BatchJob, { task: 'session' }>;
  readonly zeroShot: boolean;
  readonly model: { readonly pack: PackSummary; readonly device: Device };
}

type Parts = Pick<SessionParts, 'store' | 'results' | 'engine'> & Pick<Photos, 'fileOf'>;

/** A result, and the device that computed it. */
type Made = Answer & Pick<TaskResult, 'device'>;

const requestsOf = ({ job, zeroShot }: Runs): readonly TaskRequest[] =>
  job.task === 'refer' ? job.prompts.map((prompt) => ({ task: job.task, prompt, zeroShot })) : [job];

/** Returns the outcome for the ZIP, which names one device: times of any other device are removed. A mask is as the user left it. */
function outcomeOn(device: Device, made: Made, request: TaskRequest, photo: string, { masks }: AppState): BatchOutcome {
  const { device: _, ...answer } = withTimings(made, timingsOn(device, made));
  if (answer.task !== 'refer') return answer;
  const prompt = request.task === 'refer' ? request.prompt : '';
  return { ...answer, mask: findMask(masks[photo] ?? NO_MASKS, prompt) ?? plainMask(prompt) };
}

/** Computes a job's outcomes for a photo, one after the other; results that the open model computed earlier are used. */
export async function* computedOutcomes(
  parts: Parts,
  runs: Runs,
  photo: PhotoItem,
  options: RunOptions,
): AsyncGenerator<PhotoOutcome> {
  const { store, results } = parts;
  const { zeroShot, model } = runs;
  const { pack } = model;
  const inEngine = enginePhoto(parts, photo, options);

  /** Adds the device, which may differ from that of the start if the engine was restarted. */
  function computed(answer: Answer): Made {
    const device = deviceOf(store.getState());
    return device ? { ...answer, device } : answer;
  }

  function usable(found: TaskResult | undefined): Made | undefined {
    if (!found || !isAnswer(found)) return undefined;
    const isOfOpenModel = staysWith(found, pack) && (!found.origin || isSameModel(found.origin.pack.hash, pack.hash));
    return isOfOpenModel && !isMisfiled(found, zeroShot, pack) ? found : undefined;
  }

  /** Returns the open model's earlier result. One on disk is not put into memory, where it would evict results that the page needs. */
  async function earlierResult(key: string): Promise<Made | undefined> {
    return usable(results.get(key)) ?? usable(await results.kept.read(key).catch(() => undefined));
  }

  try {
    for (const request of requestsOf(runs)) {
      options.signal.throwIfAborted();
      const key = keyOf(photo.id, request);
      const earlier = await earlierResult(key);
      // A photo that was never decoded has no known size.
      const { made, width, height } =
        earlier && photo.width > 0
          ? { made: earlier, width: photo.width, height: photo.height }
          : await inEngine.use(async (engine, id, size) => ({
              made: earlier ?? computed(await runRequest(engine, id, request, options)),
              ...size,
            }));
      const outcome = outcomeOn(model.device, made, request, photo.id, store.getState());
      yield { photo: { id: photo.id, name: photo.name, width, height }, outcome };
      // Shown at once when the photo is selected, unless the photo was removed meanwhile.
      const state = store.getState();
      if (earlier || !state.photos.some(({ id }) => id === photo.id)) continue;
      results.set(key, { ...made, pack: pack.hash }, isNeeded(state));
      store.setState({ revision: state.revision + 1 });
    }
  } finally {
    inEngine.end();
  }
}
