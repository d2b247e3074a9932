import type { UnetConfig } from './config.ts';

/** One child of a UNet block, with its CompVis path (`input_blocks.3.0`) and channel counts. */
export type UnetModule =
  | { readonly kind: 'conv'; readonly path: string; readonly from: number; readonly to: number }
  | { readonly kind: 'res'; readonly path: string; readonly from: number; readonly to: number }
  | {
      readonly kind: 'transformer';
      readonly path: string;
      readonly channels: number;
      readonly selfAttention: boolean;
      /** Level of the block, or undefined in the middle block, whose maps VPD does not use. */
      readonly level: number | undefined;
    }
  | { readonly kind: 'down'; readonly path: string; readonly channels: number }
  | { readonly kind: 'up'; readonly path: string; readonly channels: number };

export interface UnetBlock {
  readonly path: string;
  readonly modules: readonly UnetModule[];
}

interface UnetLayout {
  readonly input: readonly UnetBlock[];
  readonly middle: UnetBlock;
  /** Each takes the previous block's output, concatenated with the output of the matching input block. */
  readonly output: readonly UnetBlock[];
  /** Output channels of the last output block. */
  readonly last: number;
}

/** Returns the blocks of CompVis `UNetModel` in order (constructor in openaimodel.py). Parameters and graph both use it, so they agree. */
export function unetLayout(config: UnetConfig): UnetLayout {
  const channelsAt = config.mult.map((m) => m * config.channels);
  const transformer = (path: string, level: number, channels: number): UnetModule[] =>
    config.crossAttention[level]
      ? [{ kind: 'transformer', path, channels, selfAttention: config.selfAttention[level] ?? false, level }]
      : [];

  const input: UnetBlock[] = [
    {
      path: 'input_blocks.0',
      modules: [{ kind: 'conv', path: 'input_blocks.0.0', from: config.latent, to: config.channels }],
    },
  ];
  const skips = [config.channels];
  let channels = config.channels;
  channelsAt.forEach((to, level) => {
    for (let i = 0; i < config.blocks; i++) {
      const path = `input_blocks.${input.length}`;
      const res: UnetModule = { kind: 'res', path: `${path}.0`, from: channels, to };
      input.push({ path, modules: [res, ...transformer(`${path}.1`, level, to)] });
      channels = to;
      skips.push(channels);
    }
    if (level < channelsAt.length - 1) {
      const path = `input_blocks.${input.length}`;
      input.push({ path, modules: [{ kind: 'down', path: `${path}.0`, channels }] });
      skips.push(channels);
    }
  });

  const middle: UnetBlock = {
    path: 'middle_block',
    modules: [
      { kind: 'res', path: 'middle_block.0', from: channels, to: channels },
      { kind: 'transformer', path: 'middle_block.1', channels, selfAttention: true, level: undefined },
      { kind: 'res', path: 'middle_block.2', from: channels, to: channels },
    ],
  };

  const output: UnetBlock[] = [];
  for (let level = channelsAt.length - 1; level >= 0; level--) {
    const to = channelsAt[level] ?? 0;
    for (let i = 0; i <= config.blocks; i++) {
      const path = `output_blocks.${output.length}`;
      const modules: UnetModule[] = [{ kind: 'res', path: `${path}.0`, from: channels + (skips.pop() ?? 0), to }];
      modules.push(...transformer(`${path}.1`, level, to));
      if (level > 0 && i === config.blocks)
        modules.push({ kind: 'up', path: `${path}.${modules.length}`, channels: to });
      output.push({ path, modules });
      channels = to;
    }
  }
  return { input, middle, output, last: channels };
}

/** Returns the channels of the features f0..f3, finest first. */
export function featureChannels(config: UnetConfig): readonly number[] {
  return config.mult.map((m) => m * config.channels);
}
