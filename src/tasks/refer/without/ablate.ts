import type { Job } from '../../../engine/job.ts';
import type { Pipeline, Plane } from '../../../engine/pipeline.ts';
import type { AblateResult } from '../../../engine/protocol.ts';
import { VpdError } from '../../../errors.ts';
import { INSIDE } from '../../../image/mask.ts';
import { softmax2 } from '../../../image/planes.ts';
import { type AblateOptions, headWithout, leftBehind, oneWindow } from '../../head-again.ts';
import { resultSize, type TaskPhoto } from '../../options.ts';
import { type Prompt, readPrompt } from '../../prompt.ts';
import { predictRefer, resizeLogits } from '../run.ts';
import { changeOf } from './change.ts';

/** Name under which a prompt's features and maps stay; begins with the photo's key, so that they go with the photo. */
export const keepKey = (photo: TaskPhoto, prompt: Prompt, { protocol = 'fit' }: AblateOptions): string =>
  [photo.key, 'refer', protocol, prompt.rows.join()].join(':');

/**
 * Word ablation: what the referring head answers when the averaged cross-attention maps of `tokens` are all zero. Only the head runs
 * again, so the UNet's features are those of the whole prompt: this is not what a prompt without the words would give.
 * @param tokens indices into the prompt's tokens; those of a word, or special ones
 * @throws VpdError bad-request: no token, one that the prompt does not have, or a protocol of several windows
 */
export async function runAblation(
  pipeline: Pipeline,
  photo: TaskPhoto,
  prompt: string,
  tokens: readonly number[],
  options: AblateOptions,
  job: Job,
): Promise<AblateResult> {
  const { config } = pipeline;
  const read = await readPrompt(config, prompt);
  const stranger = tokens.find((token) => read.tokens[token] === undefined);
  if (tokens.length === 0 || stranger !== undefined)
    throw new VpdError(
      'bad-request',
      `Token ${stranger ?? 'none'} was to be left out; name tokens from 0 to ${read.tokens.length - 1}.`,
    );
  const sizes = oneWindow(config, 'refer', photo, options);
  const keep = keepKey(photo, read, options);
  return pipeline.exclusive(job, async (stages) => {
    const compute = () => predictRefer(stages, config, photo, read, { ...options, keep });
    const kept = await leftBehind(stages, 'refer', keep, compute);
    const before = await kept.get('logits')?.read();
    if (!before) throw new VpdError('internal', 'The refer network left no "logits" behind.');
    const after = await headWithout(stages, 'refer', sizes, tokens, kept);
    const size = resultSize(photo.image, options.maxSide);
    return stages.timed('resize', () => compare(before, after, size, job));
  });
}

/**
 * Tokens of words, every occurrence of each, whatever its case.
 * @throws VpdError bad-request: a word that the prompt does not have
 */
export function tokensOfWords(prompt: Pick<Prompt, 'words'>, names: readonly string[]): readonly number[] {
  return names.flatMap((name) => {
    const found = prompt.words.filter(({ text }) => text.toLowerCase() === name.trim().toLowerCase());
    if (found.length === 0)
      throw new VpdError(
        'bad-request',
        `The prompt has no word "${name}" to leave out; it has ${prompt.words.map(({ text }) => text).join(', ')}.`,
      );
    return found.flatMap(({ tokens }) => tokens);
  });
}

/** Both answers [2,h,w] at the result's size; the first only for the overlap. */
function compare(before: Plane, after: Plane, { width, height }: { width: number; height: number }, job: Job) {
  const probabilityOf = ({ dims: [, h = 0, w = 0], data }: Plane): Float32Array =>
    softmax2(resizeLogits({ width: w, height: h, data }, width, height), width * height);
  const probability = probabilityOf(after);
  const { iou, after: area } = changeOf(probabilityOf(before), probability, INSIDE);
  return { width, height, probability, iou, area, timings: job.timings };
}
