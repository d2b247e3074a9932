import { VpdError } from '../errors.ts';
import type { Value } from '../onnx/builder.ts';
import type { UnetConfig } from './config.ts';
import { type UnetBlock, type UnetModule, unetLayout } from './layout.ts';
import { attention } from './ops/attention.ts';
import { binary, type Context, concat, constant, gelu, matmul, reshape, transpose, vector } from './ops/context.ts';
import { conv } from './ops/conv.ts';
import { linear, pointwise, toImage, toTokens } from './ops/linear.ts';
import { groupNorm, layerNorm } from './ops/norm.ts';
import { positionPlanes } from './ops/positions.ts';
import { upsample2 } from './ops/resize.ts';

const RES_EPS = 1e-5;
const TRANSFORMER_EPS = 1e-6;

/** Outputs besides the features. */
interface UnetWants {
  /** Levels whose averaged cross-attention maps are needed. */
  readonly maps: readonly number[];
  /** Levels whose averaged self-attention is needed; none by default. */
  readonly selfMaps?: readonly number[];
  /** Whether to output softmax(q·kᵀ/√d) of every cross-attention layer in the down and up paths. */
  readonly rawMaps: boolean;
  readonly eps: boolean;
}

interface UnetOutputs {
  /** f0..f3, finest first, NCHW. */
  readonly features: readonly Value[];
  /** Level → averaged maps [1,T,h,w] (VPD: mean over heads, then over the layers of that resolution). */
  readonly maps: ReadonlyMap<number, Value>;
  /** Level → averaged self-attention [N,N]; row i is the attention of cell i to all cells. */
  readonly selfMaps: ReadonlyMap<number, Value>;
  /** Path of the transformer → probabilities [heads, h·w, T]. */
  readonly rawMaps: ReadonlyMap<string, Value>;
  readonly eps: Value | undefined;
}

/** One pass of the UNet at t = 1, whose time embedding the converter folded into biases. */
class UnetPass {
  readonly collected = new Map<number, Value[]>();
  readonly collectedSelf = new Map<number, Value[]>();
  readonly rawMaps = new Map<string, Value>();
  readonly tapped = new Map<string, Value>();

  constructor(
    private readonly ctx: Context,
    private readonly config: UnetConfig,
    private readonly context: Value,
    private readonly wants: UnetWants,
    /** Height of the latent. */
    private readonly height: number,
  ) {}

  block(block: UnetBlock, x: Value): Value {
    let h = x;
    for (const module of block.modules) {
      h = this.module(module, h);
      this.tapped.set(module.path, h);
    }
    this.tapped.set(block.path, h);
    return h;
  }

  private module(module: UnetModule, x: Value): Value {
    const path = `unet.${module.path}`;
    switch (module.kind) {
      case 'conv':
        return conv(this.ctx, x, path);
      case 'down':
        return conv(this.ctx, x, `${path}.op`, { stride: 2 });
      case 'up':
        return conv(this.ctx, upsample2(this.ctx, x, 'nearest'), `${path}.conv`);
      case 'res':
        return this.resBlock(x, path);
      case 'transformer':
        return this.transformer(x, path, module);
    }
  }

  private resBlock(x: Value, path: string): Value {
    const { ctx } = this;
    const norm = { groups: this.config.groups, eps: RES_EPS, silu: true };
    const inner = conv(ctx, groupNorm(ctx, x, `${path}.in_layers.0`, norm), `${path}.in_layers.2`);
    const h = conv(ctx, groupNorm(ctx, inner, `${path}.out_layers.0`, norm), `${path}.out_layers.3`);
    const skip = x.dims[1] === h.dims[1] ? x : pointwise(ctx, x, `${path}.skip_connection`);
    return binary(ctx, 'Add', skip, h);
  }

  private transformer(x: Value, path: string, module: UnetModule & { kind: 'transformer' }): Value {
    const { ctx } = this;
    const [, , height = 1, width = 1] = x.dims;
    const inner = `${path}.transformer_blocks.0`;
    const normed = groupNorm(ctx, x, `${path}.norm`, { groups: this.config.groups, eps: TRANSFORMER_EPS });
    let tokens = linear(ctx, toTokens(ctx, normed), `${path}.proj_in`);
    tokens = this.addPositions(tokens, path, height, width);
    if (module.selfAttention) tokens = binary(ctx, 'Add', tokens, this.selfAttention(tokens, inner, module));
    tokens = binary(ctx, 'Add', tokens, this.crossAttention(tokens, inner, module));
    const projected = linear(ctx, layerNorm(ctx, tokens, `${inner}.norm3`), `${inner}.ff.net.0.proj`);
    const [value, gate] = ctx.graph.split(projected, 1, 2);
    if (!value || !gate) throw new VpdError('internal', `${path}: GEGLU needs two halves.`);
    const activated = binary(ctx, 'Mul', value, gelu(ctx, gate));
    tokens = binary(ctx, 'Add', tokens, linear(ctx, activated, `${inner}.ff.net.2`));
    return binary(ctx, 'Add', x, toImage(ctx, linear(ctx, tokens, `${path}.proj_out`), height, width));
  }

  /** Adds the cells' positions to tokens [h·w,C]. The summand consists of constants, so a runtime computes it once. */
  private addPositions(tokens: Value, path: string, height: number, width: number): Value {
    const { ctx } = this;
    const { position } = this.config;
    // The denoiser was trained without positions.
    if (!position || this.wants.eps) return tokens;
    const [, channels = 1] = tokens.dims;
    const level = Math.log2(this.height / height);
    const grid = reshape(ctx, positionPlanes(ctx, position, height, width, level), [2, height * width]);
    const added = matmul(ctx, vector(ctx, `${path}.place.weight`, [channels, 2]), grid);
    return binary(ctx, 'Add', tokens, transpose(ctx, added, [1, 0]));
  }

  private heads(channels: number): number {
    return this.config.heads ?? channels / (this.config.headChannels ?? channels);
  }

  /** Averages probabilities [heads,N,T] over heads and stores the result under its level. */
  private collect(into: Map<number, Value[]>, level: number, probabilities: Value): void {
    const [, n = 1, t = 1] = probabilities.dims;
    const { graph } = this.ctx;
    const inputs = [probabilities, graph.int64([0])];
    const mean = graph.node('ReduceMean', inputs, { dims: [n, t], attributes: { keepdims: 0 } });
    into.set(level, [...(into.get(level) ?? []), mean]);
  }

  private selfAttention(
    tokens: Value,
    inner: string,
    { level, channels }: UnetModule & { kind: 'transformer' },
  ): Value {
    const { ctx } = this;
    const normed = layerNorm(ctx, tokens, `${inner}.norm1`);
    const part = (name: string): Value => linear(ctx, normed, `${inner}.attn1.${name}`, false);
    const maps = level !== undefined && (this.wants.selfMaps?.includes(level) ?? false);
    const heads = this.heads(channels);
    const { output, probabilities } = attention(ctx, part('to_q'), part('to_k'), part('to_v'), heads, { maps });
    if (probabilities && level !== undefined) this.collect(this.collectedSelf, level, probabilities);
    return linear(ctx, output, `${inner}.attn1.to_out.0`);
  }

  private crossAttention(tokens: Value, inner: string, module: UnetModule & { kind: 'transformer' }): Value {
    const { ctx, context } = this;
    const v = linear(ctx, context, `${inner}.attn2.to_v`, false);
    // One context token: softmax over one score is exactly 1, so the output is the same vector at every pixel.
    if (context.dims[0] === 1) return linear(ctx, v, `${inner}.attn2.to_out.0`);
    const q = linear(ctx, layerNorm(ctx, tokens, `${inner}.norm2`), `${inner}.attn2.to_q`, false);
    const k = linear(ctx, context, `${inner}.attn2.to_k`, false);
    const { level } = module;
    const averaged = level !== undefined && this.wants.maps.includes(level);
    const maps = level !== undefined && (averaged || this.wants.rawMaps);
    const { output, probabilities } = attention(ctx, q, k, v, this.heads(module.channels), { maps });
    if (probabilities && level !== undefined) {
      if (this.wants.rawMaps) this.rawMaps.set(module.path, probabilities);
      if (averaged) this.collect(this.collected, level, probabilities);
    }
    return linear(ctx, output, `${inner}.attn2.to_out.0`);
  }
}

/**
 * Builds the UNet as VPD uses it (paper §3.2): one pass over a clean latent [1,latent,h,w] with context [T,context].
 */
export function unet(ctx: Context, latent: Value, context: Value, config: UnetConfig, wants: UnetWants): UnetOutputs {
  const [, , height = 1, width = 1] = latent.dims;
  const layout = unetLayout(config);
  const pass = new UnetPass(ctx, config, context, wants, height);
  const skips: Value[] = [];
  let h = latent;
  for (const block of layout.input) {
    h = pass.block(block, h);
    skips.push(h);
  }
  h = pass.block(layout.middle, h);
  for (const block of layout.output) {
    const skip = skips.pop();
    if (!skip) throw new VpdError('internal', `${block.path} has no skip connection.`);
    h = pass.block(block, concat(ctx, [h, skip], 1));
  }
  const features = config.features.map((path) => {
    const value = pass.tapped.get(path);
    if (!value)
      throw new VpdError('bad-file', `config.json names the feature “${path}”, which this UNet does not have.`);
    return value;
  });
  const mean = (layers: readonly Value[]): Value =>
    binary(
      ctx,
      'Mul',
      layers.reduce((a, b) => binary(ctx, 'Add', a, b)),
      constant(ctx, [1 / layers.length]),
    );
  const maps = new Map<number, Value>();
  for (const [level, layers] of pass.collected) {
    const perToken = transpose(ctx, mean(layers), [1, 0]);
    const t = perToken.dims[0] ?? 1;
    maps.set(level, reshape(ctx, perToken, [1, t, height >> level, width >> level]));
  }
  const selfMaps = new Map([...pass.collectedSelf].map(([level, layers]) => [level, mean(layers)]));
  let eps: Value | undefined;
  if (wants.eps) {
    const normed = groupNorm(ctx, h, 'unet.out.0', { groups: config.groups, eps: RES_EPS, silu: true });
    eps = conv(ctx, normed, 'unet.out.2');
  }
  return { features, maps, selfMaps, rawMaps: pass.rawMaps, eps };
}
