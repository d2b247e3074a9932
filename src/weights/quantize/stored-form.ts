import { BLOCK_SIZE } from '../../vpd/graph.ts';
import type { Dtype } from '../dtype.ts';
import { DTYPE_BYTES, elementCount } from '../dtype.ts';
import type { TensorInfo } from '../source.ts';
import type { StoredParameter } from './stored-parameters.ts';

/** Precision in which a pack stores its weights; `weights` in `config.json`. */
export const WEIGHT_SCHEMES = ['q4', 'q8', 'f16', 'f32'] as const;
export type WeightScheme = (typeof WEIGHT_SCHEMES)[number];

/** Smaller parameters stay float32 in every scheme: quantizing them saves nothing and costs accuracy. */
const MIN_QUANTIZED_ELEMENTS = 4096;

/**
 * How one parameter is stored. K is the number of inputs that one output sums over: in, or in·kh·kw of a convolution.
 * - `f32`, `f16`: as NAME with its own shape.
 * - `channels`: NAME.q is I8 with the parameter's shape, NAME.scale is F32 [first side]; value = q·scale (DequantizeLinear, axis 0).
 * - `blocks`: com.microsoft::MatMulNBits. NAME.q is U8 [N, K/32, 4·bits] (low nibble first), NAME.scale is [N, K/32], F32 for 8 bits and
 *   F16 for 4; value = (q − 2^(bits−1))·scale.
 * - `nibbles`: 4-bit convolutions. NAME.q is I8 [out, ⌈K/32⌉, 16], each byte two signed 4-bit numbers (low nibble first), the last block
 *   of a row padded with zeros; NAME.scale is F16 [out, ⌈K/32⌉]; value = q·scale (DequantizeLinear of int4, block_size 32).
 */
export type StoredForm =
  | { readonly kind: 'f32' | 'f16' | 'channels' | 'nibbles' }
  | { readonly kind: 'blocks'; readonly bits: 4 | 8 };

/** Decides how a parameter is stored, from its description in storedParameters alone. */
export function storedForm(parameter: StoredParameter, scheme: WeightScheme): StoredForm {
  const { kind, shape, delicate } = parameter;
  const elements = elementCount(shape) ?? 0;
  // Every stored tensor has a multiple of four bytes, so that all are aligned in a file without gaps.
  if (scheme === 'f32' || kind === 'vector' || elements < MIN_QUANTIZED_ELEMENTS || elements % 4 !== 0)
    return { kind: 'f32' };
  if (scheme === 'f16' || kind === 'deconv') return { kind: 'f16' };
  // The same holds for scales in float16, so their number must be even.
  const small = scheme === 'q4' && !delicate && scaleCount(shape) % 2 === 0;
  if (kind === 'linear' && (shape[1] ?? 0) % BLOCK_SIZE === 0) return { kind: 'blocks', bits: small ? 4 : 8 };
  return kind === 'conv' && small ? { kind: 'nibbles' } : { kind: 'channels' };
}

/** Number of blocks of one output; the last may be padded. */
const blocksPerRow = (shape: readonly number[]): number => Math.ceil((elementCount(shape.slice(1)) ?? 0) / BLOCK_SIZE);

const scaleCount = (shape: readonly number[]): number => (shape[0] ?? 1) * blocksPerRow(shape);

const tensor = (name: string, dtype: Dtype, shape: readonly number[]): TensorInfo => ({
  name,
  dtype,
  shape,
  bytes: (elementCount(shape) ?? 0) * DTYPE_BYTES[dtype],
});

/** The tensors that hold a parameter, in the order in which they are written. */
export function storedTensors(parameter: StoredParameter, scheme: WeightScheme): readonly TensorInfo[] {
  const { name, shape } = parameter;
  const form = storedForm(parameter, scheme);
  const [rows = 1] = shape;
  const blocks = blocksPerRow(shape);
  switch (form.kind) {
    case 'f32':
      return [tensor(name, 'F32', shape)];
    case 'f16':
      return [tensor(name, 'F16', shape)];
    case 'channels':
      return [tensor(`${name}.q`, 'I8', shape), tensor(`${name}.scale`, 'F32', [rows])];
    case 'blocks':
      return [
        tensor(`${name}.q`, 'U8', [rows, blocks, (BLOCK_SIZE * form.bits) / 8]),
        tensor(`${name}.scale`, form.bits === 4 ? 'F16' : 'F32', [rows, blocks]),
      ];
    case 'nibbles':
      return [
        tensor(`${name}.q`, 'I8', [rows, blocks, BLOCK_SIZE / 2]),
        tensor(`${name}.scale`, 'F16', [rows, blocks]),
      ];
  }
}
