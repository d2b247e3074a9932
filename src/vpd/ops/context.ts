import { VpdError } from '../../errors.ts';
import { elements, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { ELEMENT_TYPE, type ElementType } from '../../onnx/types.ts';
import type { Lowering, StoredTensor, WeightIndex } from '../graph.ts';

/** What every op needs: the graph under construction, the pack's tensors and the lowering. */
export interface Context {
  readonly graph: GraphBuilder;
  readonly weights: WeightIndex;
  readonly lowering: Lowering;
  /** Float type of activations. */
  readonly float: 'float32' | 'float16';
  /** Returns the bytes of a tensor, which are then stored in the model itself; if absent, weights stay external. */
  readonly embed?: (tensor: StoredTensor) => Uint8Array;
}

const ELEMENT_OF: Record<StoredTensor['dtype'], ElementType> = {
  F32: 'float32',
  F16: 'float16',
  U8: 'uint8',
  I8: 'int8',
};

/** Returns a stored tensor of the pack. @throws VpdError missing */
export function stored(ctx: Context, name: string): StoredTensor {
  const tensor = ctx.weights.get(name);
  if (!tensor)
    throw new VpdError(
      'missing',
      `The pack has no tensor “${name}”, which its config.json requires. Convert the checkpoint again.`,
    );
  return tensor;
}

/** Adds a stored tensor as it is, optionally with other dims or type (a 1×1 convolution as a matrix, packed bytes as 4-bit numbers). */
export function raw(ctx: Context, name: string, dims?: readonly number[], type?: ElementType): Value {
  const tensor = stored(ctx, name);
  const data = ctx.embed ? ctx.embed(tensor) : { file: tensor.file, offset: tensor.offset, length: tensor.length };
  return ctx.graph.external(name, type ?? ELEMENT_OF[tensor.dtype], dims ?? tensor.shape, data);
}

/** Casts to `type` if it differs. The runtime casts constants once, at load. */
export function cast(ctx: Context, value: Value, type: ElementType): Value {
  if (value.type === type) return value;
  return ctx.graph.node('Cast', [value], { dims: value.dims, type, attributes: { to: ELEMENT_TYPE[type] } });
}

/** Adds a float tensor of the pack (bias, norm, table), cast to the activations' type. */
export function vector(ctx: Context, name: string, dims?: readonly number[]): Value {
  return cast(ctx, raw(ctx, name, dims), ctx.float);
}

/** Adds a constant scalar or small tensor in the activations' type. */
export function constant(ctx: Context, values: ArrayLike<number>, dims: readonly number[] = []): Value {
  return cast(ctx, ctx.graph.float32(values, dims), ctx.float);
}

export function reshape(ctx: Context, value: Value, dims: readonly number[]): Value {
  if (value.dims.length === dims.length && dims.every((size, i) => size === value.dims[i])) return value;
  if (elements(dims) !== elements(value.dims))
    throw new VpdError('internal', `Cannot reshape ${value.name} from [${value.dims}] to [${dims}].`);
  return ctx.graph.node('Reshape', [value, ctx.graph.int64(dims)], { dims });
}

export function transpose(ctx: Context, value: Value, perm: readonly number[]): Value {
  return ctx.graph.node('Transpose', [value], { dims: perm.map((i) => value.dims[i] ?? 1), attributes: { perm } });
}

export function concat(ctx: Context, values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (!first) throw new VpdError('internal', 'Nothing to concatenate.');
  if (values.length === 1) return first;
  const dims = first.dims.map((size, i) =>
    i === axis ? values.reduce((sum, v) => sum + (v.dims[axis] ?? 0), 0) : size,
  );
  return ctx.graph.node('Concat', values, { dims, attributes: { axis } });
}

/** Broadcasting binary op; the result has the shape of the larger operand. */
export function binary(ctx: Context, op: 'Add' | 'Mul' | 'Sub' | 'Div', a: Value, b: Value): Value {
  const dims = elements(a.dims) >= elements(b.dims) ? a.dims : b.dims;
  return ctx.graph.node(op, [a, b], { dims });
}

export function unary(ctx: Context, op: 'Relu' | 'Sigmoid' | 'Sqrt', value: Value): Value {
  return ctx.graph.node(op, [value], { dims: value.dims });
}

export const silu = (ctx: Context, value: Value): Value => binary(ctx, 'Mul', value, unary(ctx, 'Sigmoid', value));

/** CLIP's activation: x · sigmoid(1.702 x). */
export const quickGelu = (ctx: Context, value: Value): Value =>
  binary(ctx, 'Mul', value, unary(ctx, 'Sigmoid', binary(ctx, 'Mul', value, constant(ctx, [1.702]))));

/** Exact GELU from plain ops; runtimes that have a kernel fuse the pattern. */
export function gelu(ctx: Context, value: Value): Value {
  const scaled = binary(ctx, 'Mul', value, constant(ctx, [Math.SQRT1_2]));
  const erf = ctx.graph.node('Erf', [scaled], { dims: value.dims });
  const half = binary(ctx, 'Mul', value, constant(ctx, [0.5]));
  return binary(ctx, 'Mul', half, binary(ctx, 'Add', erf, constant(ctx, [1])));
}

export function softmax(ctx: Context, value: Value): Value {
  return ctx.graph.node('Softmax', [value], { dims: value.dims, attributes: { axis: value.dims.length - 1 } });
}

/** Batched matrix product [..., m, k] × [..., k, n]. */
export function matmul(ctx: Context, a: Value, b: Value): Value {
  const batch = a.dims.slice(0, -1);
  const n = b.dims.at(-1) ?? 1;
  ctx.graph.macs += elements(a.dims) * n;
  return ctx.graph.node('MatMul', [a, b], { dims: [...batch, n] });
}

/** Removes rows below `height` and columns right of `width` of an NCHW tensor. */
export function crop(ctx: Context, value: Value, height: number, width: number): Value {
  const [n = 1, c = 1, h = 1, w = 1] = value.dims;
  if (h === height && w === width) return value;
  const { graph } = ctx;
  return graph.node('Slice', [value, graph.int64([0, 0]), graph.int64([height, width]), graph.int64([2, 3])], {
    dims: [n, c, height, width],
  });
}
