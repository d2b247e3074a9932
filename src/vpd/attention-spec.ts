import type { VpdConfig } from './config.ts';
import type { GraphSpec } from './graph.ts';

interface Input {
  /** Padded sides of the network's input in pixels. */
  readonly w: number;
  readonly h: number;
}

/** Pixels of the input to one cell: the network's first level runs at 1/8, each next one at half of that. */
export const strideOf = (level: number): number => 8 * 2 ** level;

/** Self-attention grows with the square of the cells: at 2048 of them one matrix has 16 MB, and a head's is one of eight in each layer. */
export const MAX_CELLS = 2048;

/** The finest level whose self-attention can be looked at in an input, or undefined. */
export function selfLevel({ unet }: VpdConfig, { w, h }: Input): number | undefined {
  const level = unet.selfAttention.findIndex((has, each) => has && (w * h) / strideOf(each) ** 2 <= MAX_CELLS);
  return level < 0 ? undefined : level;
}

/** The graph of what words look at: cross-attention of all levels that have it, self-attention of one. */
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
