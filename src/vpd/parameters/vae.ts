import type { VaeConfig } from '../config.ts';
import { type Emit, emitConv, emitNorm } from './parameter.ts';

/** Lists the VAE encoder's parameters; `quant_conv` holds only the rows of the mode (the first half of the moments). */
export function vaeParameters(config: VaeConfig, emit: Emit): void {
  const resBlock = (path: string, from: number, to: number): void => {
    emitNorm(emit, `${path}.norm1`, from);
    emitConv(emit, `${path}.conv1`, from, to);
    emitNorm(emit, `${path}.norm2`, to);
    emitConv(emit, `${path}.conv2`, to, to);
    if (from !== to) emitConv(emit, `${path}.nin_shortcut`, from, to, 1);
  };
  const root = 'vae.encoder';
  emitConv(emit, `${root}.conv_in`, 3 * config.patch ** 2, config.channels);
  let channels = config.channels;
  config.mult.forEach((mult, level) => {
    for (let i = 0; i < config.blocks; i++) {
      resBlock(`${root}.down.${level}.block.${i}`, channels, mult * config.channels);
      channels = mult * config.channels;
    }
    if (level < config.mult.length - 1) emitConv(emit, `${root}.down.${level}.downsample.conv`, channels, channels);
  });
  resBlock(`${root}.mid.block_1`, channels, channels);
  if (config.midAttention) {
    emitNorm(emit, `${root}.mid.attn_1.norm`, channels);
    for (const part of ['q', 'k', 'v', 'proj_out']) emitConv(emit, `${root}.mid.attn_1.${part}`, channels, channels, 1);
  }
  resBlock(`${root}.mid.block_2`, channels, channels);
  emitNorm(emit, `${root}.norm_out`, channels);
  emitConv(emit, `${root}.conv_out`, channels, 2 * config.latent);
  emitConv(emit, 'vae.quant_conv', 2 * config.latent, config.latent, 1);
}
