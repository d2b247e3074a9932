import type { Job } from '../../../engine/job.ts';
import type { Pipeline } from '../../../engine/pipeline.ts';
import type { AttentionMaps, ReferResult } from '../../../engine/results.ts';
import { VpdError } from '../../../errors.ts';
import { maskArea, threshold } from '../../../image/masks/mask.ts';
import { otsuThreshold } from '../../../image/otsu.ts';
import { isContentWord } from '../../../text/function-words.ts';
import { MAX_CELLS, selfLevel, strideOf } from '../../../vpd/attention-spec.ts';
import type { VpdConfig } from '../../../vpd/config.ts';
import { meanMap } from '../../attention/heat-map.ts';
import { type AttentionOutput, runUnetAttention } from '../../attention/run-attention.ts';
import { croppedMaps } from '../../cropped-maps.ts';
import { resultSize, type TaskPhoto } from '../../options.ts';
import { type Prompt, readPrompt } from '../../prompt.ts';
import type { ReferOptions } from '../run.ts';
import { affinityOf, type CellMap, normalised, resampled, spread } from './affinity.ts';

/**
 * Parameters of the walk along the self-attention (affinity.ts), chosen on 60 generated rooms that are part of no evaluation. Weights are
 * squared, because means over heads are diffuse.
 */
const WALK = { power: 2, times: 4, share: 0.5 } as const;
/** Number of cross-attention levels to average, the finest with at most MAX_CELLS cells: 32² and 16² for 512×512 pixels. */
const LEVELS = 2;

/** A mask without a trained head, and so without logits. */
export type ZeroShotOutput = ReferResult & { readonly zeroShot: true };

/**
 * Computes a mask from attention alone: the words' cross-attention, averaged over levels, spread along the self-attention, and split by
 * Otsu's threshold. After DiffSegmenter (Wang et al., 2023) and Dataset Diffusion (Nguyen et al., 2023), on VPD's single pass without
 * noise. Needs no head, so it works with any Stable Diffusion backbone; it is much rougher than a trained head.
 * @throws VpdError missing: no text encoder; bad-prompt: the prompt has no words
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
    const attended = await runUnetAttention(stages, config, photo, read.rows, options);
    const maps = croppedMaps(attended.outputs, attended.geometry);
    const { resized } = attended.geometry;
    const { width, height } = options.atInputSize
      ? { width: resized.w, height: resized.h }
      : resultSize(photo.image, options.maxSide);
    const probability = await stages.timed('resize', () => {
      const map = spreadMap(wordsMap(maps, read), config, attended);
      return withThresholdAtHalf(resampled(map, width, height, resized.w / width, resized.h / height));
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

/** Tokens of the prompt's content words, or of all words if it has none. */
export function contentTokens({ words }: Pick<Prompt, 'words'>): readonly number[] {
  const content = words.filter(({ text }) => isContentWord(text));
  return (content.length > 0 ? content : words).flatMap(({ tokens }) => tokens);
}

/** Averages the content words' maps over levels, each rescaled to 0…1, at the size of the finest level. */
function wordsMap(maps: readonly AttentionMaps[], prompt: Prompt): CellMap {
  const small = maps.filter((map) => map.width * map.height <= MAX_CELLS);
  const levels = (small.length > 0 ? small : maps.slice(-1)).slice(0, LEVELS);
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

/** Spreads a map along the self-attention; returns it unchanged if the network gave none. */
function spreadMap(map: CellMap, config: VpdConfig, { outputs, geometry }: AttentionOutput): CellMap {
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

/** Rescales values so that the least is 0, Otsu's threshold 0.5 and the greatest 1, as if they were probabilities. */
function withThresholdAtHalf(values: Float32Array): Float32Array {
  const stretched = normalised(values);
  const middle = otsuThreshold(stretched);
  return stretched.map((value) =>
    value <= middle ? (middle > 0 ? (0.5 * value) / middle : 0) : 0.5 + (0.5 * (value - middle)) / (1 - middle),
  );
}
