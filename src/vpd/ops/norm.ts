import type { Value } from '../../onnx/builder.ts';
import { binary, type Context, cast, constant, reshape, silu, transpose, unary, vector } from './context.ts';

interface GroupNormOptions {
  readonly groups: number;
  readonly eps: number;
  /** Apply SiLU to the result; one kernel on WebGPU. */
  readonly silu?: boolean;
}

/** GroupNorm of NCHW `x` with `name.weight` and `name.bias`. */
export function groupNorm(ctx: Context, x: Value, name: string, options: GroupNormOptions): Value {
  return ctx.lowering.target === 'webgpu'
    ? fusedGroupNorm(ctx, x, name, options)
    : ctx.graph.fused(() => plainGroupNorm(ctx, x, name, options));
}

/** WebGPU's kernel needs channels last; the transposes cancel with those around convolutions. */
function fusedGroupNorm(ctx: Context, x: Value, name: string, options: GroupNormOptions): Value {
  const last = transpose(ctx, x, [0, 2, 3, 1]);
  const normed = ctx.graph.node('GroupNorm', [last, vector(ctx, `${name}.weight`), vector(ctx, `${name}.bias`)], {
    dims: last.dims,
    domain: 'com.microsoft',
    attributes: {
      epsilon: { float: options.eps },
      groups: options.groups,
      activation: options.silu ? 1 : 0,
      channels_last: 1,
    },
    label: name,
  });
  return transpose(ctx, normed, [0, 3, 1, 2]);
}

/**
 * GroupNorm from plain ops. Means are taken along rows first, then over rows: the CPU kernels sum a whole group in one f32 chain, which
 * loses four digits on 512×512 planes. All in single precision, because in half the square of a deviation of 256 overflows.
 */
function plainGroupNorm(ctx: Context, x: Value, name: string, options: GroupNormOptions): Value {
  const [, c = 1, h = 1, w = 1] = x.dims;
  const { groups } = options;
  const single: Context = { ...ctx, float: 'float32' };
  const grouped = reshape(ctx, cast(ctx, x, 'float32'), [groups, (c / groups) * h, w]);
  const average = (value: Value, axis: number, dims: readonly number[]): Value =>
    ctx.graph.node('ReduceMean', [value, ctx.graph.int64([axis])], { dims, attributes: { keepdims: 1 } });
  const mean = (value: Value): Value => average(average(value, 2, [groups, (c / groups) * h, 1]), 1, [groups, 1, 1]);
  const centred = binary(ctx, 'Sub', grouped, mean(grouped));
  const variance = mean(binary(ctx, 'Mul', centred, centred));
  const deviation = unary(ctx, 'Sqrt', binary(ctx, 'Add', variance, constant(single, [options.eps])));
  const normed = cast(ctx, binary(ctx, 'Div', centred, deviation), ctx.float);
  const scaled = binary(ctx, 'Mul', reshape(ctx, normed, x.dims), vector(ctx, `${name}.weight`, [c, 1, 1]));
  const shifted = binary(ctx, 'Add', scaled, vector(ctx, `${name}.bias`, [c, 1, 1]));
  return options.silu ? silu(ctx, shifted) : shifted;
}

/** LayerNorm over the last axis (eps 1e-5, PyTorch's default). The operator computes in single precision by default (`stash_type`). */
export function layerNorm(ctx: Context, x: Value, name: string): Value {
  return ctx.graph.node('LayerNormalization', [x, vector(ctx, `${name}.weight`), vector(ctx, `${name}.bias`)], {
    dims: x.dims,
    attributes: { axis: x.dims.length - 1, epsilon: { float: 1e-5 } },
    label: name,
  });
}
