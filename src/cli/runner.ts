import type { Job } from '../engine/job.ts';
import { createPipeline, type Pipeline, type Plane } from '../engine/pipeline.ts';
import type { PredictOptions, Predictor } from '../eval/predictor.ts';
import { threshold } from '../image/mask.ts';
import type { RgbImage } from '../image/rgb.ts';
import { runDepth } from '../tasks/depth/run.ts';
import type { TaskOptions, TaskPhoto } from '../tasks/options.ts';
import { runRefer } from '../tasks/refer/run.ts';
import { runZeroShot } from '../tasks/refer/zero-shot/zero-shot.ts';
import { runSegment } from '../tasks/segment/run.ts';
import { loadBpe } from '../text/bpe.ts';
import { rowsOfNothing } from '../text/prompt.ts';
import type { Pack } from '../weights/pack.ts';
import { openPackFolder } from './pack-files.ts';
import { openNodeRuntime, type RuntimeOptions } from './runtime-node.ts';

/** A pack that is open on this machine: predictions for `eval`, and what lies under them. */
export interface Runner extends Predictor {
  readonly pack: Pack;
  readonly pipeline: Pipeline;
  /** A name for a photo under which its latent is cached until `forget`. */
  photo(image: RgbImage): TaskPhoto;
  forget(photo: TaskPhoto): void;
  close(): Promise<void>;
}

export async function openRunner(packDir: string, options: RuntimeOptions = { runtime: 'wasm' }): Promise<Runner> {
  const pack = await openPackFolder(packDir);
  const pipeline = createPipeline(pack, await openNodeRuntime(packDir, options));
  // The same image object is the same photo: several expressions about it share one latent.
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
        job(predict),
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
          job(predict),
        );
        return { width, height, mask: threshold(probability) };
      }
      const hidden =
        predict.protocol === 'paper' ? await hiddenOfNothing(pipeline, expression, job(predict)) : undefined;
      const { width, height, probability, cues, absence } = await runRefer(
        pipeline,
        photo(image),
        hidden ? undefined : expression,
        hidden ? { ...options, hidden } : options,
        job(predict),
      );
      const signal = absence === undefined ? {} : { absence };
      return { width, height, mask: threshold(probability), cues, ...signal };
    },
    async segment(image, predict = {}) {
      const { width, height, labels } = await runSegment(pipeline, photo(image), taskOptions(predict), job(predict));
      return { width, height, labels };
    },
  };
}

/**
 * What the text encoder makes of an expression without words, as RefCOCO has some: nobody looks for nothing, but the official evaluation
 * scores the answer. Undefined for every other expression.
 */
async function hiddenOfNothing(pipeline: Pipeline, expression: string, asked: Job): Promise<Plane | undefined> {
  const { text, tasks } = pipeline.config;
  const rows = text && tasks.refer && rowsOfNothing(await loadBpe(), expression, text, tasks.refer.tokens);
  return rows && pipeline.exclusive(asked, async (stages) => (await stages.hidden(rows)).read());
}

const job = ({ signal }: PredictOptions): Job => ({ signal, timings: [] });

const taskOptions = ({ protocol, flip }: PredictOptions): TaskOptions => ({
  ...(protocol ? { protocol } : {}),
  ...(flip === undefined ? {} : { flip }),
});
