import type { InferenceSession } from 'onnxruntime-common';
import { VpdError } from '../errors.ts';
import type { Lowering } from '../vpd/graph.ts';

/** The part of onnxruntime that is used: of onnxruntime-web in a worker or in Node, or of onnxruntime-node where it is installed. */
export type Ort = Pick<typeof import('onnxruntime-common'), 'InferenceSession' | 'Tensor'>;

/** Weights as a session accepts them: bytes, or a Blob, of which ORT's JSPI build reads only the ranges that it needs. */
type Weights = Uint8Array | Blob;

/** Most bytes of weights in all open sessions on a GPU: two full-size VPD models in f16, or one in f32. */
export const MAX_GPU_WEIGHTS = 4 * 2 ** 30;
/** Most bytes of weights on wasm32, which addresses 4 GiB: a third of it, because kernels that repack weights keep them twice. */
export const MAX_WASM_WEIGHTS = 1.3 * 2 ** 30;

/** Most bytes that all recordings may keep on a GPU, without weights: about ten networks of the embedded model. */
export const MAX_RECORDINGS = 2 ** 30;

/** Everything that differs between the worker on a GPU, the worker on wasm, and the command line. */
export interface Runtime {
  readonly ort: Ort;
  readonly lowering: Lowering;
  /** Last sentence of the error when half precision overflows: how to avoid it. Undefined: values that are not finite are returned, in single precision too. */
  readonly overflowAdvice: string | undefined;
  /** Options of every session: execution providers, threads. */
  readonly session: InferenceSession.SessionOptions;
  /** True if tensors that only another session reads may stay on the GPU. */
  readonly gpuTensors: boolean;
  /** URLs of the runtime's own files, if it was fetched. */
  readonly files?: readonly string[];
  /** The device on which sessions record and replay their work, and the most bytes that all recordings may keep. Absent: no recording. */
  readonly capture?: { readonly device: GPUDevice; readonly maxBytes: number };
  /** Tells whether an allocation has failed on the GPU since the last call. Absent without a GPU. */
  allocationFailed?(): boolean;
  /** Most bytes of weights in all open sessions; above it the least recently used sessions are released. */
  readonly maxWeights: number;
  /** Returns a file of the pack as external data, or undefined if ORT opens the pack's files itself. */
  weights(blob: Blob): Promise<Weights> | undefined;
}

/**
 * Reads each pack file once and gives the same bytes to every session, because builds without JSPI read a Blob again for each session.
 * A failed read is not cached, so the next session tries again. Bytes are cached per Blob and freed with it; names would not do, because
 * files of two packs can have the same name.
 */
export function sharedBytes(): (blob: Blob) => Promise<Uint8Array> {
  const read = new WeakMap<Blob, Promise<Uint8Array>>();
  return (blob) => {
    let bytes = read.get(blob);
    if (!bytes) {
      bytes = blob.arrayBuffer().then((buffer) => new Uint8Array(buffer));
      bytes.catch(() => read.delete(blob));
      read.set(blob, bytes);
    }
    return bytes;
  };
}

/**
 * Does GPU work for the network that `what` names. A failure that is reported between two pieces of work counts for the second.
 * @param drop frees what the work returned, if it cannot be used
 * @throws VpdError no-memory if an allocation failed on the GPU, whatever the work itself returned or threw
 */
export async function withGpuMemory<T>(
  runtime: Runtime,
  what: string,
  work: () => Promise<T>,
  drop: (value: T) => void,
): Promise<T> {
  const full = (cause?: unknown): VpdError =>
    new VpdError(
      'no-memory',
      `The GPU has not enough memory for the ${what}. Close other pages, or open the model at a smaller working size.`,
      { cause },
    );
  let value: T;
  try {
    value = await work();
  } catch (thrown) {
    throw runtime.allocationFailed?.() ? full(thrown) : thrown;
  }
  if (!runtime.allocationFailed?.()) return value;
  drop(value);
  throw full();
}
