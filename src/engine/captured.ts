import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { difference } from '../difference.ts';
import { VpdError } from '../errors.ts';
import type { BuiltGraph, GraphPort } from '../vpd/graph.ts';
import { type Job, throwIfCancelled } from './job.ts';
import type { Ort } from './runtime.ts';

type Tensors = Readonly<Record<string, Tensor>>;

/** The part of a session that a pipeline uses. */
export interface RunnableSession {
  run(feeds: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

interface Output {
  readonly port: GraphPort;
  /** Through which it is read to the CPU; undefined if it stays on the GPU. */
  readonly staging: GPUBuffer | undefined;
}
/** An output after a run, in a buffer of the runtime. */
type Written = Output & { readonly buffer: GPUBuffer };

/** Largest relative L2 difference between the recorded run and its replay, which run the same kernels in the same order. */
const TOLERANCE = 1e-3;

/** Bytes per value: every port of a graph is float32 or int32. */
const BYTES = 4;
const bytesOf = ({ dims }: GraphPort): number => BYTES * dims.reduce((product, size) => product * size, 1);

/**
 * Creates a session whose GPU work is recorded once and replayed (enableGraphCapture), which saves the CPU's work in every later run.
 * A replay reads and writes the buffers of the recording, so inputs are copied into fixed buffers, and outputs out of the runtime's own:
 * outputs in `onGpu` into new GPU buffers, the others to the CPU through staging buffers that are made once. The runtime must not be given
 * buffers for outputs: in its second run it would look up handles that it freed after the first (“gpuBufferMetadata” of undefined).
 *
 * Replays can be silently wrong (onnxruntime#29594; a Reshape at the end is a copy, which a replay does not repeat). So two replays, one of
 * them with other inputs, are compared with the recorded run.
 * @throws VpdError internal if they do not match, cancelled if the job is cancelled between two runs; the runtime's own error if it cannot record
 */
export async function createCaptured(
  ort: Ort,
  device: GPUDevice,
  built: BuiltGraph,
  options: InferenceSession.SessionOptions,
  onGpu: readonly string[],
  job: Job,
): Promise<RunnableSession> {
  const session = await ort.InferenceSession.create(built.model, {
    ...options,
    enableGraphCapture: true,
    preferredOutputLocation: 'gpu-buffer',
  });
  const STORED = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffers: GPUBuffer[] = [];
  const make = (size: number, usage: number): GPUBuffer => {
    const buffer = device.createBuffer({ size, usage });
    buffers.push(buffer);
    return buffer;
  };
  const fixed = (port: GraphPort) => {
    const buffer = make(bytesOf(port), STORED);
    const tensor = ort.Tensor.fromGpuBuffer(buffer, { dataType: port.type, dims: port.dims });
    return { port, buffer, tensor };
  };
  const inputs = built.inputs.map(fixed);
  const feeds = Object.fromEntries(inputs.map(({ port, tensor }) => [port.name, tensor]));
  const outputs = built.outputs.map(
    (port): Output => ({
      port,
      staging: onGpu.includes(port.name)
        ? undefined
        : make(bytesOf(port), GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ),
    }),
  );

  /** Runs once and calls `use` with the outputs and the buffers of the runtime that they are in, the same ones in every run. */
  async function execute<T>(use: (written: readonly Written[]) => Promise<T>): Promise<T> {
    const results = await session.run(feeds);
    try {
      return await use(
        outputs.map((output) => {
          const tensor = results[output.port.name];
          if (!tensor) throw new VpdError('internal', `The recorded network has no output “${output.port.name}”.`);
          return { ...output, buffer: tensor.gpuBuffer };
        }),
      );
    } finally {
      for (const tensor of Object.values(results)) tensor.dispose();
    }
  }

  /** Fills the second buffers from the first, which may be larger, all in one submission. */
  function copy(...pairs: readonly (readonly [from: GPUBuffer, to: GPUBuffer])[]): void {
    const encoder = device.createCommandEncoder();
    for (const [from, to] of pairs) encoder.copyBufferToBuffer(from, 0, to, 0, to.size);
    device.queue.submit([encoder.finish()]);
  }
  async function map(staging: GPUBuffer): Promise<Float32Array> {
    await staging.mapAsync(GPUMapMode.READ);
    const data = new Float32Array(staging.getMappedRange().slice(0));
    staging.unmap();
    return data;
  }
  async function readOnce(buffer: GPUBuffer, port: GraphPort): Promise<Float32Array> {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const staging = device.createBuffer({ size: bytesOf(port), usage });
    copy([buffer, staging]);
    const data = await map(staging);
    staging.destroy();
    return data;
  }
  function write(name: string, buffer: GPUBuffer, tensor: Tensor | undefined): void {
    if (!tensor) throw new VpdError('internal', `The recorded network needs the input “${name}”, which was not given.`);
    if (tensor.location === 'gpu-buffer') copy([tensor.gpuBuffer, buffer]);
    else if (tensor.data instanceof Float32Array || tensor.data instanceof Int32Array)
      device.queue.writeBuffer(buffer, 0, tensor.data.slice());
  }
  async function release(): Promise<void> {
    await session.release();
    for (const buffer of buffers) buffer.destroy();
  }

  /** Runs once on inputs of these values, and clears the outputs for the next run. Ids stay 0, the first row of every table. */
  async function trial(value: (i: number) => number): Promise<readonly Float32Array[]> {
    for (const { port, buffer } of inputs)
      if (port.type === 'float32')
        device.queue.writeBuffer(
          buffer,
          0,
          Float32Array.from({ length: buffer.size / BYTES }, (_, i) => value(i)),
        );
    throwIfCancelled(job);
    return execute(async (written) => {
      const values = await Promise.all(written.map(({ buffer, port }) => readOnce(buffer, port)));
      for (const { buffer } of written) device.queue.writeBuffer(buffer, 0, new Uint8Array(buffer.size));
      return values;
    });
  }

  async function checkReplays(): Promise<void> {
    // The first run is computed and recorded; the others are replays.
    const want = await trial(Math.sin);
    const other = await trial(() => 0);
    const again = await trial(Math.sin);
    for (const [i, { port }] of outputs.entries()) {
      const fault = (what: string): VpdError => new VpdError('internal', `a replay of “${port.name}” ${what}`);
      if (difference(port.name, other[i] ?? [], want[i] ?? []).max === 0) throw fault('did not see its input');
      const { relative } = difference(port.name, again[i] ?? [], want[i] ?? []);
      if (!(relative <= TOLERANCE)) throw fault(`was off by ${Math.round(100 * relative)} %`);
    }
  }

  try {
    await checkReplays();
  } catch (thrown) {
    await release().catch(() => undefined);
    throw thrown;
  }
  return {
    async run(given) {
      for (const { port, buffer } of inputs) write(port.name, buffer, given[port.name]);
      // One submission and one wait for all outputs, because each submission is a round trip to the GPU.
      const tensors = await execute((written) => {
        const taken = written.map(({ port, buffer, staging }) => ({
          port,
          from: buffer,
          staging,
          to: staging ?? device.createBuffer({ size: bytesOf(port), usage: STORED }),
        }));
        copy(...taken.map(({ from, to }) => [from, to] as const));
        return Promise.all(
          taken.map(async ({ port, staging, to }): Promise<readonly [string, Tensor]> => {
            if (staging) return [port.name, new ort.Tensor('float32', await map(staging), port.dims)];
            const dataType = 'float32';
            const [download, dispose] = [() => readOnce(to, port), () => to.destroy()];
            return [port.name, ort.Tensor.fromGpuBuffer(to, { dataType, dims: port.dims, download, dispose })];
          }),
        );
      });
      return Object.fromEntries(tensors);
    },
    release,
  };
}
