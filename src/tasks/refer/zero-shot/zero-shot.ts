import type { Job } from '../../../engine/job.ts';
import type { Pipeline } from '../../../engine/pipeline.ts';
import type { AttentionMaps, ReferResult } from '../../../engine/protocol.ts';
import { VpdError } from '../../../errors.ts';
import { maskArea, threshold } from '../../../image/mask.ts';
import { otsuThreshold } from '../../../image/otsu.ts';
import { isContentWord } from '../../../text/function-words.ts';
import { MAX_CELLS, selfLevel, strideOf } from '../../../vpd/attention-spec.ts';
import type { VpdConfig } from '../../../vpd/config.ts';
import { type Attended, attend } from '../../attention/attend.ts';
import { meanMap } from '../../attention/map.ts';
import { croppedMaps } from '../../maps.ts';
import { resultSize, type TaskPhoto } from '../../options.ts';
import { type Prompt, readPrompt } from '../../prompt.ts';
import type { ReferOptions } from '../run.ts';
import { affinityOf, type CellMap, normalised, resampled, spread } from './affinity.ts';

/**
 * The walk along the self-attention (affinity.ts), chosen on 60 generated rooms that no figure is taken from. Weights are squared, because
 * means over heads are diffuse.
 */
const WALK = { power: 2, times: 4, share: 0.5 } as const;
/** Levels of cross-attention that are averaged: of those with few enough cells the two finest; 32² and 16² of 512×512 pixels. */
const LEVELS = 2;

/** A mask without any trained head has no logits. */
export type ZeroShotOutput = ReferResult & { readonly zeroShot: true };

/**
 * A mask from attention alone: where the prompt's words look (cross-attention), averaged over levels, spread over the cells that belong
 * together (self-attention), split by Otsu's threshold. After DiffSegmenter (Wang et al., 2023) and Dataset Diffusion (Nguyen et al.,
 * 2023), on VPD's single clean pass. Needs no head, so it works with any Stable Diffusion backbone; it is a sketch beside a trained one.
 * @throws VpdError missing: no text encoder; bad-request: the prompt has no words
 */
export async function runZeroShot(
  pipeline: Pipeline,
  photo: TaskPhoto,
  prompt: string,
  options: ReferOptions,
  job: Job,
): Promise<ZeroShotOutput> {
  const { config } = pipeline;
  const read = await readPrompt(config, prompt);
  return pipeline.exclusive(job, async (stages) => {
    const attended = await attend(stages, config, photo, read.rows, options);
    const maps = croppedMaps(attended.outputs, attended.geometry);
    const { resized } = attended.geometry;
    const { width, height } = options.atInputSize
      ? { width: resized.w, height: resized.h }
      : resultSize(photo.image, options.maxSide);
    const probability = await stages.timed('resize', () => {
      const map = refined(wordsMap(maps, read), config, attended);
      return halved(resampled(map, width, height, resized.w / width, resized.h / height));
    });
    return {
      zeroShot: true,
      width,
      height,
      probability,
      area: maskArea(threshold(probability)) / probability.length,
      tokens: read.tokens,
      words: read.words,
      cut: read.cut,
      maps,
      timings: job.timings,
    };
  });
}

/** Tokens of the words that say what to look for; of a prompt without such words, of all. */
export function contentTokens({ words }: Pick<Prompt, 'words'>): readonly number[] {
  const content = words.filter(({ text }) => isContentWord(text));
  return (content.length > 0 ? content : words).flatMap(({ tokens }) => tokens);
}

/** The words' maps, each level stretched to 0…1, averaged at the size of the finest. */
function wordsMap(maps: readonly AttentionMaps[], prompt: Prompt): CellMap {
  const few = maps.filter((map) => map.width * map.height <= MAX_CELLS);
  const levels = (few.length > 0 ? few : maps.slice(-1)).slice(0, LEVELS);
  const [finest] = levels;
  const tokens = contentTokens(prompt);
  if (!finest || tokens.length === 0) throw new VpdError('bad-prompt', 'There is no word to look for.');
  const { width, height } = finest;
  const stride = strideOf(finest.level);
  const sum = new Float32Array(width * height);
  for (const each of levels) {
    const map = { ...each, stride: strideOf(each.level), data: normalised(meanMap(each, tokens).data) };
    resampled(map, width, height, stride, stride).forEach((value, i) => {
      sum[i] = (sum[i] ?? 0) + value / levels.length;
    });
  }
  return { width, height, stride, data: sum };
}

/** Spread along the self-attention of the level that there is. */
function refined(map: CellMap, config: VpdConfig, { outputs, geometry }: Attended): CellMap {
  const level = selfLevel(config, geometry.padded);
  const self = outputs.get(`self${level}`);
  if (level === undefined || !self) return map;
  const stride = strideOf(level);
  const width = Math.ceil(geometry.resized.w / stride);
  const height = Math.ceil(geometry.resized.h / stride);
  const affinity = affinityOf(self, geometry.padded.w / stride, { width, height }, WALK.power);
  const data = spread(resampled(map, width, height, stride, stride), affinity, WALK.times, WALK.share);
  return { width, height, stride, data };
}

/** Stretched so that the least value is 0, Otsu's threshold 0.5 and the greatest 1: a threshold then reads as a probability's does. */
function halved(values: Float32Array): Float32Array {
  const stretched = normalised(values);
  const middle = otsuThreshold(stretched);
  return stretched.map((value) =>
    value <= middle ? (middle > 0 ? (0.5 * value) / middle : 0) : 0.5 + (0.5 * (value - middle)) / (1 - middle),
  );
}
