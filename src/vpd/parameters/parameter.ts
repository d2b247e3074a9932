/**
 * The use of a parameter, which decides how it may be stored:
 * conv — k×k convolution [out,in,k,k]; linear — [out,in] or 1×1 convolution [out,in,1,1]; deconv — transposed convolution [in,out,2,2];
 * embedding — rows picked by id; vector — biases, norms, small tables (always f32).
 */
export type ParameterKind = 'conv' | 'linear' | 'deconv' | 'embedding' | 'vector';

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: ParameterKind;
}

/** Adds a parameter to a list. */
export type Emit = (name: string, shape: readonly number[], kind?: ParameterKind) => void;

/** Adds a norm's scale and offset. */
export const emitNorm = (emit: Emit, name: string, channels: number): void => {
  emit(`${name}.weight`, [channels], 'vector');
  emit(`${name}.bias`, [channels], 'vector');
};
/** Adds a convolution's weight and bias; one of size 1 is a linear layer. */
export const emitConv = (emit: Emit, name: string, from: number, to: number, size = 3): void => {
  emit(`${name}.weight`, [to, from, size, size], size === 1 ? 'linear' : 'conv');
  emit(`${name}.bias`, [to], 'vector');
};
/** Adds a linear layer. */
export const emitLinear = (emit: Emit, name: string, from: number, to: number, bias = true): void => {
  emit(`${name}.weight`, [to, from], 'linear');
  if (bias) emit(`${name}.bias`, [to], 'vector');
};
