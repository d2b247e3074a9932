import type { Job } from '../../engine/job.ts';
import type { Link, Pipeline, Plane, Stages } from '../../engine/pipeline.ts';
import type { AblateResult } from '../../engine/protocol.ts';
import { VpdError } from '../../errors.ts';
import { geometry } from '../../image/fit.ts';
import { softmax2 } from '../../image/planes.ts';
import type { GraphSpec } from '../../vpd/graph.ts';
import { resultSize, type TaskOptions, type TaskPhoto } from '../options.ts';
import { changeOf } from './change.ts';
import { type Prompt, predictRefer, readPrompt, resizeLogits } from './run.ts';

/** Probability above which a pixel is inside, as argmax of the two logits has it. */
const INSIDE = 0.5;

/** What word ablation needs of a run: one window, not mirrored, and nothing from outside in a network's place. */
export type AblateOptions = Pick<TaskOptions, 'protocol' | 'maxSide'>;

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
  const sizes = geometry(options.protocol ?? 'fit', 'refer', photo.image.width, photo.image.height, config.working);
  if (sizes.windows.length > 1)
    throw new VpdError(
      'bad-request',
      'A word’s maps can be left out of one window only, and this protocol cuts the photo into several; use "fit" or "direct".',
    );
  return pipeline.exclusive(job, async (stages) => {
    const kept = await keptOutputs(stages, pipeline, photo, read, options);
    const inside = await required(kept, 'logits').read();
    const [, rows = 0, cols = 0] = inside.dims;
    const { h: height, w: width } = sizes.padded;
    const spec: GraphSpec = { graph: 'head', task: 'refer', height, width, rows, cols };
    const feeds: Record<string, Link> = {};
    for (const [name, link] of kept) {
      if (name.startsWith('feature')) feeds[name] = link;
      if (name.startsWith('maps')) feeds[name] = stages.given(withoutTokens(await link.read(), tokens));
    }
    const without = (await stages.run(spec, feeds)).get('logits');
    if (!without) throw new VpdError('internal', 'The referring head gave no "logits".');
    const size = resultSize(photo.image, options.maxSide);
    return stages.timed('resize', () => compare(inside, without, size, job));
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

/** The features, maps and logits of the whole prompt: from its own run, or from another one where they had to make room. */
async function keptOutputs(
  stages: Stages,
  { config }: Pipeline,
  photo: TaskPhoto,
  prompt: Prompt,
  options: AblateOptions,
): Promise<ReadonlyMap<string, Link>> {
  const keep = keepKey(photo, prompt, options);
  const known = stages.kept(keep);
  if (known) return known;
  await predictRefer(stages, config, photo, prompt, { ...options, keep });
  const made = stages.kept(keep);
  if (!made) throw new VpdError('internal', 'What the referring network left behind is gone.');
  return made;
}

function required(outputs: ReadonlyMap<string, Link>, name: string): Link {
  const link = outputs.get(name);
  if (!link) throw new VpdError('internal', `The referring network gave no "${name}".`);
  return link;
}

/** A copy of maps [T,h,w] with those of `tokens` zero. */
export function withoutTokens({ dims, data }: Plane, tokens: readonly number[]): Plane {
  const [, height = 0, width = 0] = dims;
  const size = height * width;
  const left = data.slice();
  for (const token of tokens) left.fill(0, token * size, (token + 1) * size);
  return { dims, data: left };
}

/** Both answers [2,h,w] at the result's size; the first only for the overlap. */
function compare(before: Plane, after: Plane, { width, height }: { width: number; height: number }, job: Job) {
  const probabilityOf = ({ dims: [, h = 0, w = 0], data }: Plane): Float32Array =>
    softmax2(resizeLogits({ width: w, height: h, data }, width, height), width * height);
  const probability = probabilityOf(after);
  const { iou, after: area } = changeOf(probabilityOf(before), probability, INSIDE);
  return { width, height, probability, iou, area, timings: job.timings };
}
