import type { Job } from '../../engine/job.ts';
import type { Link, Pipeline, Plane, Stages } from '../../engine/pipeline.ts';
import type { ReferResult } from '../../engine/results.ts';
import { VpdError } from '../../errors.ts';
import { type Enlarge, enlargeTo } from '../../image/enlarge.ts';
import { maskArea, threshold } from '../../image/masks/mask.ts';
import { softmax2 } from '../../image/planes.ts';
import { type AbsenceCues, absenceChance } from '../../vpd/absence.ts';
import type { VpdConfig } from '../../vpd/config.ts';
import { croppedMaps } from '../cropped-maps.ts';
import { givenHidden } from '../given-tensors.ts';
import { resultSize, type TaskOptions, type TaskPhoto } from '../options.ts';
import { NO_PROMPT, type Prompt, readPrompt } from '../prompt.ts';
import { type Prediction, predict } from '../windows.ts';
import { absenceCues } from './absence/absence.ts';

export interface ReferOptions extends TaskOptions {
  /** CLIP's last hidden state [T,context], instead of the text encoder's output. */
  readonly hidden?: Plane;
}

/** A result with both logits (background, inside) as f32 [2,height,width]; the probability is their softmax. */
export interface ReferOutput extends ReferResult {
  readonly logits: Float32Array;
  /** Cues from which `absence` is computed; undefined without maps or words. */
  readonly cues: AbsenceCues | undefined;
}

/**
 * Computes for each pixel of the photo the probability that it belongs to what the prompt describes.
 * @throws VpdError missing: the pack has no referring head, or no text encoder for a prompt; bad-prompt: nothing in the prompt can be read,
 * or there is neither a prompt nor `hidden`; bad-request: `hidden` has other dimensions, or `predict` refuses the photo or the options
 */
export async function runRefer(
  pipeline: Pipeline,
  photo: TaskPhoto,
  prompt: string | undefined,
  options: ReferOptions,
  job: Job,
): Promise<ReferOutput> {
  const { config } = pipeline;
  if (!config.tasks.refer)
    throw new VpdError(
      'missing',
      `The pack “${config.name}” cannot look for words; open a pack that lists the task “refer”.`,
    );
  const read = prompt === undefined ? undefined : await readPrompt(config, prompt);

  return pipeline.exclusive(job, async (stages) => {
    const result = await predictRefer(stages, config, photo, read, options);
    const { width, height } = options.atInputSize ? result : resultSize(photo.image, options.maxSide);
    const logits = await stages.timed('resize', () => {
      const how = options.atInputSize ? {} : { ...config.tasks.refer, ...options };
      return enlargeLogits(result.data, enlargeTo(photo.image, result, { width, height }, how));
    });
    const probability = softmax2(logits, width * height);
    const maps = croppedMaps(result.first, result.geometry);
    const cues = absenceCues(result, maps, read?.tokens ?? []);
    const calibrated = config.tasks.refer?.absence;
    return {
      width,
      height,
      logits,
      probability,
      area: maskArea(threshold(probability)) / probability.length,
      tokens: read?.tokens ?? [],
      words: read?.words ?? [],
      cut: read?.cut ?? [],
      maps,
      timings: job.timings,
      cues,
      ...(cues && calibrated ? { absence: absenceChance(calibrated, cues) } : {}),
    };
  });
}

/** Runs the network; its output is not yet resized to the photo's size. */
export async function predictRefer(
  stages: Stages,
  config: VpdConfig,
  photo: TaskPhoto,
  prompt: Prompt | undefined,
  options: ReferOptions,
): Promise<Prediction> {
  const hidden = await hiddenStates(stages, config, prompt, options);
  if (options.observe) options.observe('hidden', await hidden.read());
  return predict(stages, config, 'refer', 'logits', photo, { hidden }, options);
}

/** Resizes logits [2,h,w] to a result's [2,height,width]. */
export function enlargeLogits(logits: Float32Array, enlarge: Enlarge): Float32Array {
  const size = logits.length / 2;
  const [outside, inside] = [enlarge(logits.subarray(0, size)).enlarged(), enlarge(logits.subarray(size)).enlarged()];
  const both = new Float32Array(outside.length + inside.length);
  both.set(outside);
  both.set(inside, outside.length);
  return both;
}

async function hiddenStates(
  stages: Stages,
  config: VpdConfig,
  prompt: Prompt | undefined,
  { hidden }: ReferOptions,
): Promise<Link> {
  if (hidden) return givenHidden(stages, hidden, config, config.tasks.refer?.tokens);
  if (!prompt) throw new VpdError('bad-prompt', NO_PROMPT);
  return stages.hidden(prompt.rows);
}
