import { VpdError } from '../../errors.ts';
import { elements, type Value } from '../../onnx/builder.ts';
import { BLOCK_SIZE } from '../graph.ts';
import { type Context, cast, concat, constant, raw, reshape, stored, vector } from './context.ts';

/** Side of the convolution kernels that packs quantize; 1×1 convolutions count as linear layers. */
const KERNEL = 3;

/**
 * Returns a k×k convolution's weight over `from` input channels, in the activations' type. A weight of 8 or 4 bits stays packed on the
 * device and is dequantized in each run.
 */
function convWeight(ctx: Context, name: string, from: number): Value {
  const packed = ctx.weights.get(`${name}.q`);
  if (!packed) return vector(ctx, name);
  return packed.shape.length === 3 ? dequantizeNibbles(ctx, name, from) : dequantizePerRow(ctx, name);
}

/** Dequantizes signed 4-bit numbers in blocks along in·kh·kw; the last block of a row may be padded. */
function dequantizeNibbles(ctx: Context, name: string, from: number): Value {
  const [out = 1, blocks = 1] = stored(ctx, `${name}.q`).shape;
  const k = from * KERNEL ** 2;
  if (blocks !== Math.ceil(k / BLOCK_SIZE))
    throw new VpdError(
      'internal',
      `${name}: ${from} channels come in, but the weight has ${blocks} blocks of ${BLOCK_SIZE}.`,
    );
  const packed = raw(ctx, `${name}.q`, [out, blocks * BLOCK_SIZE], 'int4');
  const scale = cast(ctx, raw(ctx, `${name}.scale`), ctx.float);
  const { graph } = ctx;
  const rows = graph.node('DequantizeLinear', [packed, scale], {
    dims: packed.dims,
    type: ctx.float,
    attributes: { axis: 1, block_size: BLOCK_SIZE },
  });
  const cut =
    k === blocks * BLOCK_SIZE
      ? rows
      : graph.node('Slice', [rows, graph.int64([0]), graph.int64([k]), graph.int64([1])], { dims: [out, k] });
  return reshape(ctx, cut, [out, from, KERNEL, KERNEL]);
}

/** Dequantizes int8 with one scale per output channel (weights/quantize/quantize.ts). */
export function dequantizePerRow(ctx: Context, name: string, dims?: readonly number[]): Value {
  const packed = raw(ctx, `${name}.q`, dims);
  const scale = cast(ctx, raw(ctx, `${name}.scale`), ctx.float);
  return ctx.graph.node('DequantizeLinear', [packed, scale], {
    dims: packed.dims,
    type: ctx.float,
    attributes: { axis: 0 },
  });
}

interface ConvOptions {
  readonly stride?: number;
  /** top, left, bottom, right; by default 1 on every side for 3×3, which keeps the size, and 0 for 1×1. */
  readonly pads?: readonly [number, number, number, number];
}

/** Pads channels with zeros: ORT's WebGPU Conv is wrong if their number is a multiple of 3 and not of 4 (onnxruntime#29651). */
function padChannels(ctx: Context, x: Value, weight: Value): readonly [Value, Value] {
  const [out = 1, from = 1, kernel = 1] = weight.dims;
  const [n = 1, , h = 1, w = 1] = x.dims;
  if (ctx.lowering.target !== 'webgpu' || from === 3 || from % 3 !== 0 || from % 4 === 0 || out % 4 !== 0)
    return [x, weight];
  const more = 4 - (from % 4);
  const zeros = (dims: readonly number[]): Value => constant(ctx, new Float32Array(elements(dims)), dims);
  return [concat(ctx, [x, zeros([n, more, h, w])], 1), concat(ctx, [weight, zeros([out, more, kernel, kernel])], 1)];
}

/** Convolution of NCHW `x` by `name.weight` [out,in,k,k] and `name.bias`. */
export function conv(ctx: Context, x: Value, name: string, options: ConvOptions = {}): Value {
  const [input, weight] = padChannels(ctx, x, convWeight(ctx, `${name}.weight`, x.dims[1] ?? 1));
  const bias = vector(ctx, `${name}.bias`);
  const [out = 1, from = 1, kernel = 1] = weight.dims;
  const [n = 1, c = 1, h = 1, w = 1] = input.dims;
  if (c !== from) throw new VpdError('internal', `${name}: ${c} channels come in, but the weight takes ${from}.`);
  const stride = options.stride ?? 1;
  const same = kernel === 1 ? 0 : 1;
  const [top, left, bottom, right] = options.pads ?? [same, same, same, same];
  const height = Math.floor((h + top + bottom - kernel) / stride) + 1;
  const width = Math.floor((w + left + right - kernel) / stride) + 1;
  ctx.graph.macs += out * from * kernel * kernel * height * width;
  return ctx.graph.node('Conv', [input, weight, bias], {
    dims: [n, out, height, width],
    attributes: {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [top, left, bottom, right],
      dilations: [1, 1],
      group: 1,
    },
    label: name,
  });
}

/** 2×2 transposed convolution of stride 2 by `name.weight` [in,out,2,2]: doubles both sides. */
export function deconv(ctx: Context, x: Value, name: string): Value {
  const weight = vector(ctx, `${name}.weight`);
  const bias = vector(ctx, `${name}.bias`);
  const [n = 1, c = 1, h = 1, w = 1] = x.dims;
  const out = weight.dims[1] ?? 1;
  ctx.graph.macs += c * out * 4 * h * w;
  return ctx.graph.node('ConvTranspose', [x, weight, bias], {
    dims: [n, out, h * 2, w * 2],
    attributes: { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1 },
    label: name,
  });
}
