import { VpdError } from '../errors.ts';
import { toFloat32 } from './convert-dtype.ts';
import type { Dtype } from './dtype.ts';
import { DTYPE_BYTES, elementCount, showShape } from './dtype.ts';

export interface TensorInfo {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** A checkpoint file that reads one tensor at a time and never holds more. */
export interface TensorSource {
  /** File name, for messages. */
  readonly name: string;
  /** The format in words, e.g. `safetensors` or `PyTorch zip`. */
  readonly format: string;
  /** Size of the file or files in bytes. */
  readonly bytes: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** In file order. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Things in the file that are not tensors of the state dict, in words, e.g. foreign classes that were not built. */
  readonly notes: readonly string[];
  /** Contiguous elements in C order, little-endian. */
  read(name: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** The same as float32 (see convert-dtype.ts for what is exact). */
  readF32(name: string, signal?: AbortSignal): Promise<Float32Array>;
}

/**
 * One tensor must fit into one ArrayBuffer with room to convert it. The largest tensor of Stable Diffusion v1, the token embedding, is
 * 152 MB in float32.
 */
export const MAX_TENSOR_BYTES = 2 ** 31 - 1;

/** Size in bytes of a tensor, checked against overflow and MAX_TENSOR_BYTES before anything is allocated. */
export function tensorBytes(file: string, name: string, dtype: Dtype, shape: readonly number[]): number {
  const count = elementCount(shape);
  if (count === undefined || count * DTYPE_BYTES[dtype] > MAX_TENSOR_BYTES)
    throw new VpdError(
      'bad-file',
      `${file}: tensor ${name} claims shape ${showShape(shape)} of ${dtype}, more than the ${MAX_TENSOR_BYTES} bytes that one tensor may have.`,
    );
  return count * DTYPE_BYTES[dtype];
}

type SourceParts = Omit<TensorSource, 'read' | 'readF32' | 'bytes' | 'metadata' | 'notes'> &
  Partial<Pick<TensorSource, 'metadata' | 'notes'>> & {
    readonly bytes: number;
    readonly readInfo: (info: TensorInfo, signal?: AbortSignal) => Promise<Uint8Array>;
  };

/** Completes a reader of known tensors into a TensorSource. */
export function makeSource(parts: SourceParts): TensorSource {
  const { readInfo, ...rest } = parts;
  const find = (name: string): TensorInfo => {
    const info = parts.tensors.get(name);
    if (!info) throw new VpdError('missing', `${parts.name} has no tensor ${name}.`);
    return info;
  };
  const read = async (name: string, signal?: AbortSignal): Promise<Uint8Array> => readInfo(find(name), signal);
  return {
    metadata: {},
    notes: [],
    ...rest,
    read,
    readF32: async (name, signal) => toFloat32(find(name).dtype, await read(name, signal)),
  };
}
