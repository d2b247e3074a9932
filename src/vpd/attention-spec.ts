import type { VpdConfig } from './config.ts';
import type { GraphSpec } from './graph.ts';

interface Input {
  /** Padded sides of the network's input in pixels. */
  readonly w: number;
  readonly h: number;
}

/** Returns the side of a level's cell in input pixels: level 0 runs at 1/8 of the input, each next level at half of that. */
export const strideOf = (level: number): number => 8 * 2 ** level;

/** Most cells of a level whose self-attention is output: at 2048 cells one matrix [N,N] has 16 MB, and each layer has one per head. */
export const MAX_CELLS = 2048;

/** Returns the finest level with self-attention of at most MAX_CELLS cells, or undefined. */
export function selfLevel({ unet }: VpdConfig, { w, h }: Input): number | undefined {
  const level = unet.selfAttention.findIndex((has, each) => has && (w * h) / strideOf(each) ** 2 <= MAX_CELLS);
  return level < 0 ? undefined : level;
}

/** Returns the spec of the attention graph: cross-attention of all levels that have it; self-attention of one, without raw maps. */
export function attentionSpec(config: VpdConfig, input: Input, tokens: number, rawMaps = false): GraphSpec {
  const self = selfLevel(config, input);
  return {
    graph: 'attention',
    height: input.h,
    width: input.w,
    tokens,
    levels: config.unet.crossAttention.flatMap((has, level) => (has ? [level] : [])),
    selfLevels: rawMaps || self === undefined ? [] : [self],
    rawMaps,
  };
}
