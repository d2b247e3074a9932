import type { Job } from '../../../engine/job.ts';
import type { Pipeline, Plane } from '../../../engine/pipeline.ts';
import type { AblateResult } from '../../../engine/results.ts';
import { VpdError } from '../../../errors.ts';
import { type Enlarge, enlargeTo } from '../../../image/enlarge.ts';
import { INSIDE } from '../../../image/masks/mask.ts';
import { softmax2 } from '../../../image/planes.ts';
import { resultSize, type TaskPhoto } from '../../options.ts';
import { type Prompt, readPrompt } from '../../prompt.ts';
import { type AblateOptions, keptOutputs, runHeadWithout, singleWindow } from '../../rerun-head.ts';
import { enlargeLogits, predictRefer } from '../run.ts';
import { changeOf } from './change.ts';

/** Key under which a prompt's features and maps are kept; it starts with the photo's key, so that they are removed with the photo. */
export const keptOutputsKey = (photo: TaskPhoto, prompt: Prompt, { protocol = 'fit' }: AblateOptions): string =>
  [photo.key, 'refer', protocol, prompt.rows.join()].join(':');

/**
 * Word ablation: runs the referring head with the averaged cross-attention maps of `tokens` set to zero. Only the head runs again, so the
 * UNet's features are those of the whole prompt: the result differs from that of a prompt without the words.
 * @param tokens indices into the prompt's tokens, those of words or special ones
 * @throws VpdError bad-request: no token, a token that the prompt does not have, or a protocol of several windows
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
  const unknown = tokens.find((token) => read.tokens[token] === undefined);
  if (tokens.length === 0 || unknown !== undefined)
    throw new VpdError(
      'bad-request',
      `${unknown === undefined ? 'No token was given' : `There is no token ${unknown}`} to leave out; name tokens from 0 to ${read.tokens.length - 1}.`,
    );
  const sizes = singleWindow(config, 'refer', photo, options);
  const keep = keptOutputsKey(photo, read, options);
  return pipeline.exclusive(job, async (stages) => {
    const compute = () => predictRefer(stages, config, photo, read, { ...options, keep });
    const kept = await keptOutputs(stages, 'refer', keep, compute);
    const before = await kept.get('logits')?.read();
    if (!before) throw new VpdError('internal', 'The mask network kept no “logits”.');
    const after = await runHeadWithout(stages, 'refer', sizes, tokens, kept);
    const size = resultSize(photo.image, options.maxSide);
    const [, h = 0, w = 0] = before.dims;
    return stages.timed('resize', () => {
      const how = { ...config.tasks.refer, ...options };
      return compare(before, after, enlargeTo(photo.image, { width: w, height: h }, size, how), size, job);
    });
  });
}

/**
 * Finds the tokens of all occurrences of words, ignoring case.
 * @throws VpdError bad-request: a word that the prompt does not have
 */
export function tokensOfWords(prompt: Pick<Prompt, 'words'>, names: readonly string[]): readonly number[] {
  return names.flatMap((name) => {
    const found = prompt.words.filter(({ text }) => text.toLowerCase() === name.trim().toLowerCase());
    if (found.length === 0)
      throw new VpdError(
        'bad-request',
        `The prompt has no word “${name}” to leave out; it has ${prompt.words.map(({ text }) => text).join(', ')}.`,
      );
    return found.flatMap(({ tokens }) => tokens);
  });
}

/** Compares two answers, logits [2,h,w], at the result's size; the probability is that of the second. */
function compare(
  before: Plane,
  after: Plane,
  enlarge: Enlarge,
  { width, height }: { readonly width: number; readonly height: number },
  job: Job,
) {
  const probabilityOf = ({ data }: Plane): Float32Array => softmax2(enlargeLogits(data, enlarge), width * height);
  const probability = probabilityOf(after);
  const { iou, after: area } = changeOf(probabilityOf(before), probability, INSIDE);
  return { width, height, probability, iou, area, timings: job.timings };
}
