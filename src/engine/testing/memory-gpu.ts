import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { Runtime } from '../runtime.ts';

/** Test helper: the part of a GPU that captured.ts uses, in memory. */
interface MemoryGpu {
  readonly device: GPUDevice;
  /** Returns the number of buffers that exist. */
  readonly live: () => number;
  /** Returns the number of buffers created so far. */
  readonly made: () => number;
}

/** Behaviour of replays: correct; the recorded outputs for any input; outputs that are scaled more in each run; or recording fails. */
export type Replay = 'true' | 'stale' | 'drifting' | 'refused';

interface MemoryBuffer {
  readonly size: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Returns the bytes of a MemoryBuffer. */
const bytesOf = (buffer: object): Uint8Array<ArrayBuffer> => Reflect.get(buffer, 'bytes');

/** The browser's global constants for buffer usages. */
export const GPU_GLOBALS = {
  GPUBufferUsage: { STORAGE: 1, COPY_SRC: 2, COPY_DST: 4, MAP_READ: 8 },
  GPUMapMode: { READ: 1 },
} as const;

export function memoryGpu(): MemoryGpu {
  const alive = new Set<object>();
  let made = 0;
  const createBuffer = ({ size, usage }: { size: number; usage: number }): MemoryBuffer => {
    const bytes = new Uint8Array(size);
    const buffer = {
      size,
      usage,
      bytes,
      mapAsync: async () => undefined,
      getMappedRange: () => bytes.buffer,
      unmap: () => undefined,
      destroy: () => alive.delete(buffer),
    };
    alive.add(buffer);
    made++;
    return buffer;
  };
  const createCommandEncoder = () => ({
    copyBufferToBuffer(from: MemoryBuffer, at: number, to: MemoryBuffer, begin: number, size: number) {
      to.bytes.set(from.bytes.subarray(at, at + size), begin);
    },
    finish: () => undefined,
  });
  const queue = {
    submit: () => undefined,
    writeBuffer(to: MemoryBuffer, begin: number, data: Float32Array<ArrayBuffer>) {
      to.bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), begin);
    },
  };
  const device = Object.assign(Object.create(null), { createBuffer, createCommandEncoder, queue });
  return { device, live: () => alive.size, made: () => made };
}

type Tensors = Readonly<Record<string, Tensor>>;

/** Returns a runtime that keeps its tensors on this GPU and computes its networks on the CPU. */
export function capturing(
  runtime: Runtime,
  gpu: MemoryGpu,
  replay: Replay = 'true',
  maxBytes = Number.POSITIVE_INFINITY,
): Runtime {
  const { InferenceSession: Session, Tensor } = runtime.ort;
  const onCpu = (tensor: Tensor): Tensor => {
    if (tensor.location === 'cpu') return tensor;
    const bytes = bytesOf(tensor.gpuBuffer).slice().buffer;
    return tensor.type === 'int32'
      ? new Tensor('int32', new Int32Array(bytes), tensor.dims)
      : new Tensor('float32', new Float32Array(bytes), tensor.dims);
  };
  const create = async (model: Uint8Array, options: InferenceSession.SessionOptions) => {
    const { enableGraphCapture, preferredOutputLocation: _, ...plain } = options;
    if (enableGraphCapture && replay === 'refused') throw new Error('a kernel is not on the GPU');
    const session = await Session.create(model, plain);
    let recorded: Tensors | undefined;
    let runs = 0;
    /** The recording's buffers of outputs, by name. */
    const owned = new Map<string, GPUBuffer>();
    const run = async (feeds: Tensors): Promise<Tensors> => {
      const fresh = await session.run(
        Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, onCpu(tensor)])),
      );
      if (!enableGraphCapture) return fresh;
      recorded ??= fresh;
      const drift = replay === 'drifting' ? 1 + 0.1 * runs++ : 1;
      const given = Object.entries(replay === 'stale' ? recorded : fresh).map(([name, { data, dims }]) => {
        if (!(data instanceof Float32Array)) throw new Error(`“${name}” is not float32.`);
        // Larger than the tensor, as the runtime's are: it makes buffers of a few sizes.
        const buffer = owned.get(name) ?? gpu.device.createBuffer({ size: data.byteLength + 16, usage: 0 });
        owned.set(name, buffer);
        bytesOf(buffer).set(new Uint8Array(data.map((value) => value * drift).buffer));
        return [name, Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims })] as const;
      });
      return Object.fromEntries(given);
    };
    const release = async () => {
      for (const buffer of owned.values()) buffer.destroy();
      await session.release();
    };
    return Object.assign(Object.create(null), { run, release });
  };
  const ort = { Tensor, InferenceSession: Object.assign(Object.create(null), { create }) };
  return { ...runtime, ort, capture: { device: gpu.device, maxBytes } };
}
