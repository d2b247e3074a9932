import type { Parameter } from '../vpd/parameters.ts';
import type { Dtype } from './dtype.ts';
import { DTYPE_BYTES, elementCount } from './dtype.ts';
import type { TensorInfo } from './source.ts';

/** How a pack stores its weights; `config.json` names it as `weights`. */
export const WEIGHT_SCHEMES = ['q4', 'q8', 'f16', 'f32'] as const;
export type WeightScheme = (typeof WEIGHT_SCHEMES)[number];

/** Block length along K of com.microsoft::MatMulNBits: 32 is its fast size on WebGPU. */
export const BLOCK = 32;

/** Below this a parameter stays float32 in every scheme: it saves nothing and costs accuracy. */
export const MIN_QUANTIZED_ELEMENTS = 4096;

/**
 * How one parameter is stored.
 * - `f32`, `f16`: as NAME with its own shape.
 * - `blocks`: com.microsoft::MatMulNBits. NAME.q is U8 [N, K/32, 4·bits] (low nibble first), NAME.scale is F32 [N, K/32];
 *   value = (q − 2^(bits−1))·scale.
 * - `channels`: NAME.q is I8 with the parameter's shape, NAME.scale is F32 [first side]; value = q·scale (DequantizeLinear, axis 0).
 */
export type StoredForm =
  | { readonly kind: 'f32' | 'f16' | 'channels' }
  | { readonly kind: 'blocks'; readonly bits: 4 | 8 };

/** The one place that decides how a parameter is stored, from its kind and shape alone. */
export function storedForm({ kind, shape }: Parameter, scheme: WeightScheme): StoredForm {
  const elements = elementCount(shape) ?? 0;
  // Every stored tensor is a multiple of four bytes, so that all of them are aligned in a file without holes.
  if (scheme === 'f32' || kind === 'vector' || elements < MIN_QUANTIZED_ELEMENTS || elements % 4 !== 0)
    return { kind: 'f32' };
  if (scheme === 'f16' || kind === 'deconv') return { kind: 'f16' };
  if (kind === 'linear' && (shape[1] ?? 0) % BLOCK === 0) return { kind: 'blocks', bits: scheme === 'q4' ? 4 : 8 };
  return { kind: 'channels' };
}

const tensor = (name: string, dtype: Dtype, shape: readonly number[]): TensorInfo => ({
  name,
  dtype,
  shape,
  bytes: (elementCount(shape) ?? 0) * DTYPE_BYTES[dtype],
});

/** The tensors that hold a parameter, in the order in which they are written. */
export function storedTensors(parameter: Parameter, scheme: WeightScheme): readonly TensorInfo[] {
  const { name, shape } = parameter;
  const form = storedForm(parameter, scheme);
  const [rows = 1, columns = 1] = shape;
  switch (form.kind) {
    case 'f32':
      return [tensor(name, 'F32', shape)];
    case 'f16':
      return [tensor(name, 'F16', shape)];
    case 'channels':
      return [tensor(`${name}.q`, 'I8', shape), tensor(`${name}.scale`, 'F32', [rows])];
    case 'blocks': {
      const blocks = columns / BLOCK;
      return [
        tensor(`${name}.q`, 'U8', [rows, blocks, (BLOCK * form.bits) / 8]),
        tensor(`${name}.scale`, 'F32', [rows, blocks]),
      ];
    }
  }
}
