import type { Job } from '../engine/job.ts';
import { createPipeline, type Pipeline, type Plane } from '../engine/pipeline.ts';
import type { PredictOptions, Predictor } from '../eval/predictor.ts';
import { threshold } from '../image/masks/mask.ts';
import type { RgbImage } from '../image/rgb.ts';
import { runDepth } from '../tasks/depth/run.ts';
import type { TaskOptions, TaskPhoto } from '../tasks/options.ts';
import { runRefer } from '../tasks/refer/run.ts';
import { runZeroShot } from '../tasks/refer/zero-shot/zero-shot.ts';
import { runSegment } from '../tasks/segment/run.ts';
import { loadBpe } from '../text/bpe.ts';
import { emptyPromptRows } from '../text/prompt.ts';
import type { Pack } from '../weights/pack/pack.ts';
import type { CliIo } from './command.ts';
import { openPackFolder, verifyPackFiles } from './files/pack-files.ts';
import { openNodeRuntime, type RuntimeOptions } from './runtime-node.ts';

/** An open pack: predictions for `eval`, and the pipeline behind them. */
export interface Runner extends Predictor {
  readonly pack: Pack;
  readonly pipeline: Pipeline;
  /** Returns a photo with a key under which its latent is cached until `forget`. */
  photo(image: RgbImage): TaskPhoto;
  forget(photo: TaskPhoto): void;
  close(): Promise<void>;
}

/** Opens a pack to compute with it. Its files are first compared with their sha256; progress is printed to `io`. */
export async function openRunner(
  packDir: string,
  options: RuntimeOptions = { runtime: 'wasm' },
  io: Pick<CliIo, 'err'> = { err: () => undefined },
): Promise<Runner> {
  const pack = await openPackFolder(packDir);
  const runtime = await openNodeRuntime(packDir, options);
  await verifyPackFiles(pack, io);
  const pipeline = createPipeline(pack, runtime);
  // Photos are identified by their image object, so that several expressions about one photo share its latent.
  const photos = new WeakMap<RgbImage, TaskPhoto>();
  let serial = 0;

  const photo = (image: RgbImage): TaskPhoto => {
    const known = photos.get(image) ?? { key: `photo:${serial++}`, image };
    photos.set(image, known);
    return known;
  };
  return {
    pack,
    pipeline,
    config: pack.config,
    photo,
    forget: ({ key }) => pipeline.forget(`${key}:`),
    close: () => pipeline.release(),
    async depth(image, predict = {}) {
      const scene = predict.scene === undefined ? {} : { scene: predict.scene };
      const { width, height, metres } = await runDepth(
        pipeline,
        photo(image),
        { ...taskOptions(predict), ...scene },
        jobOf(predict),
      );
      return { width, height, data: metres };
    },
    async refer(image, expression, predict = {}) {
      const options = { ...taskOptions(predict), atInputSize: predict.protocol === 'paper' };
      if (predict.zeroShot) {
        const { width, height, probability } = await runZeroShot(
          pipeline,
          photo(image),
          expression,
          options,
          jobOf(predict),
        );
        return { width, height, mask: threshold(probability) };
      }
      const hidden =
        predict.protocol === 'paper' ? await hiddenOfEmptyPrompt(pipeline, expression, jobOf(predict)) : undefined;
      const { width, height, probability, cues, absence } = await runRefer(
        pipeline,
        photo(image),
        hidden ? undefined : expression,
        hidden ? { ...options, hidden } : options,
        jobOf(predict),
      );
      const signal = absence === undefined ? {} : { absence };
      return { width, height, mask: threshold(probability), cues, ...signal };
    },
    async segment(image, predict = {}) {
      const { width, height, labels } = await runSegment(pipeline, photo(image), taskOptions(predict), jobOf(predict));
      return { width, height, labels };
    },
  };
}

/**
 * Returns the text encoder's output for an expression without words; undefined for every other expression. RefCOCO has a few, and the
 * official evaluation scores their masks.
 */
async function hiddenOfEmptyPrompt(pipeline: Pipeline, expression: string, job: Job): Promise<Plane | undefined> {
  const { text, tasks } = pipeline.config;
  const rows = text && tasks.refer && emptyPromptRows(await loadBpe(), expression, text, tasks.refer.tokens);
  return rows && pipeline.exclusive(job, async (stages) => (await stages.hidden(rows)).read());
}

const jobOf = ({ signal }: PredictOptions): Job => ({ signal, timings: [] });

const taskOptions = ({ protocol, flip }: PredictOptions): TaskOptions => ({
  ...(protocol ? { protocol } : {}),
  ...(flip === undefined ? {} : { flip }),
});
