import type { Value } from '../onnx/builder.ts';
import type { VaeConfig } from './config.ts';
import { attention } from './ops/attention.ts';
import { binary, type Context, reshape, transpose } from './ops/context.ts';
import { conv } from './ops/conv.ts';
import { linear, pointwise, toImage, toTokens } from './ops/linear.ts';
import { groupNorm } from './ops/norm.ts';

/** The autoencoder's norms use 1e-6 (CompVis `Normalize`), the UNet's res blocks 1e-5. */
const EPS = 1e-6;

function resBlock(ctx: Context, x: Value, path: string, groups: number): Value {
  const norm = (value: Value, name: string): Value =>
    groupNorm(ctx, value, `${path}.${name}`, { groups, eps: EPS, silu: true });
  const h = conv(ctx, norm(conv(ctx, norm(x, 'norm1'), `${path}.conv1`), 'norm2'), `${path}.conv2`);
  const shortcut = x.dims[1] === h.dims[1] ? x : pointwise(ctx, x, `${path}.nin_shortcut`);
  return binary(ctx, 'Add', shortcut, h);
}

function attentionBlock(ctx: Context, x: Value, path: string, groups: number): Value {
  const [, , h = 1, w = 1] = x.dims;
  const tokens = toTokens(ctx, groupNorm(ctx, x, `${path}.norm`, { groups, eps: EPS }));
  const part = (name: string): Value => linear(ctx, tokens, `${path}.${name}`);
  const { output } = attention(ctx, part('q'), part('k'), part('v'), 1);
  return binary(ctx, 'Add', x, toImage(ctx, linear(ctx, output, `${path}.proj_out`), h, w));
}

/** Space-to-depth in PyTorch's PixelUnshuffle order: channel c·p² + dy·p + dx. */
function patchify(ctx: Context, x: Value, patch: number): Value {
  if (patch === 1) return x;
  const [, c = 1, h = 1, w = 1] = x.dims;
  const split = reshape(ctx, x, [c, h / patch, patch, w / patch, patch]);
  return reshape(ctx, transpose(ctx, split, [0, 2, 4, 1, 3]), [1, c * patch * patch, h / patch, w / patch]);
}

/**
 * Builds the encoder of the KL autoencoder (CompVis `Encoder` + quant_conv): image [1,3,H,W] in [−1,1] → the posterior's mode
 * [1,latent,H/8,W/8], not scaled by 0.18215 (VPD uses the unscaled latent).
 */
export function vaeEncoder(ctx: Context, image: Value, config: VaeConfig): Value {
  const root = 'vae.encoder';
  const { groups } = config;
  let x = conv(ctx, patchify(ctx, image, config.patch), `${root}.conv_in`);
  config.mult.forEach((_, level) => {
    for (let i = 0; i < config.blocks; i++) x = resBlock(ctx, x, `${root}.down.${level}.block.${i}`, groups);
    // Stable Diffusion pads only on the right and at the bottom before a strided convolution.
    if (level < config.mult.length - 1)
      x = conv(ctx, x, `${root}.down.${level}.downsample.conv`, { stride: 2, pads: [0, 0, 1, 1] });
  });
  x = resBlock(ctx, x, `${root}.mid.block_1`, groups);
  if (config.midAttention) x = attentionBlock(ctx, x, `${root}.mid.attn_1`, groups);
  x = resBlock(ctx, x, `${root}.mid.block_2`, groups);
  x = conv(ctx, groupNorm(ctx, x, `${root}.norm_out`, { groups, eps: EPS, silu: true }), `${root}.conv_out`);
  return pointwise(ctx, x, 'vae.quant_conv');
}
