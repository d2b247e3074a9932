import type { InferenceSession } from 'onnxruntime-common';
import type { Lowering } from '../vpd/graph.ts';

/** The part of onnxruntime that we use: onnxruntime-web in a worker or in Node, onnxruntime-node where it is installed. */
export type Ort = Pick<typeof import('onnxruntime-common'), 'InferenceSession' | 'Tensor'>;

/** Weights as a session takes them: bytes, or a Blob of which ORT's JSPI build reads only the ranges it needs. */
type Weights = Uint8Array | Blob;

/** Weights that open sessions may hold on a GPU together: two full-size VPD models in f16, or one in f32. */
export const MAX_GPU_WEIGHTS = 4 * 2 ** 30;
/** wasm32 addresses 4 GiB, of which weights (kept twice where kernels repack them) may take a third. */
export const MAX_WASM_WEIGHTS = 1.3 * 2 ** 30;

/** What recordings may keep on a GPU together, beside their weights: some ten networks of the embedded model. */
export const MAX_RECORDINGS = 2 ** 30;

/** Everything that differs between the worker's GPU, its wasm fallback, and the command line. */
export interface Runtime {
  readonly ort: Ort;
  readonly lowering: Lowering;
  /** The way out of half precision, as the last sentence where it overflows; undefined where what overflowed is wanted as it is. */
  readonly overflowAdvice: string | undefined;
  /** Options of every session: execution providers, threads. */
  readonly session: InferenceSession.SessionOptions;
  /** Whether tensors that only another session reads may stay on the GPU. */
  readonly gpuTensors: boolean;
  /** Addresses of its own files, where it was fetched. */
  readonly files?: readonly string[];
  /** The device where sessions record their work and replay it, and the bytes that recordings may keep together; absent where they are not to. */
  readonly capture?: { readonly device: GPUDevice; readonly maxBytes: number };
  /** Weights that open sessions may hold together, in bytes; the least recently used sessions are released above it. */
  readonly maxWeights: number;
  /** One file of the pack as external data, or undefined where ORT opens the pack's files itself. */
  weights(name: string, blob: Blob): Promise<Weights> | undefined;
}

/**
 * Reads each pack file once and hands the same bytes to every session, since builds without JSPI read a Blob anew for each.
 * A failed read is forgotten, so that the next session tries again. Files of another pack may have the same names, so the Blob itself is
 * the key; the bytes go when the pack goes.
 */
export function sharedBytes(): (name: string, blob: Blob) => Promise<Uint8Array> {
  const read = new WeakMap<Blob, Promise<Uint8Array>>();
  return (_name, blob) => {
    let bytes = read.get(blob);
    if (!bytes) {
      bytes = blob.arrayBuffer().then((buffer) => new Uint8Array(buffer));
      bytes.catch(() => read.delete(blob));
      read.set(blob, bytes);
    }
    return bytes;
  };
}
