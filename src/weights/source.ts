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

/** A checkpoint that is read one tensor at a time. */
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
  /** Sentences about content of the file that is not part of the state dict, e.g. foreign classes that were not built. */
  readonly notes: readonly string[];
  /** Reads a tensor: contiguous elements in C order, little-endian. */
  read(name: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** Reads a tensor as float32 (convert-dtype.ts says which types are converted exactly). */
  readF32(name: string, signal?: AbortSignal): Promise<Float32Array>;
}

/**
 * A tensor must fit into one ArrayBuffer, with room to convert it. The largest tensor of Stable Diffusion v1, the token embedding, has
 * 152 MB in float32.
 */
export const MAX_TENSOR_BYTES = 2 ** 31 - 1;

/**
 * Returns the size of a tensor in bytes, checked before anything is allocated.
 * @throws VpdError bad-file if it overflows or exceeds MAX_TENSOR_BYTES
 */
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

/** Makes a TensorSource of a list of tensors and a function that reads one. */
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
