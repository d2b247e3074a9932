import type { InferenceSession } from 'onnxruntime-common';
import { toVpdError, VpdError } from '../errors.ts';
import { buildGraph } from '../vpd/build.ts';
import type { VpdConfig } from '../vpd/config.ts';
import { type BuiltGraph, type GraphSpec, networkWords, type WeightIndex } from '../vpd/graph.ts';
import { createCaptured, type RunnableSession } from './captured.ts';
import { isFatal } from './fatal.ts';
import type { Job } from './job.ts';
import { type Runtime, withGpuMemory } from './runtime.ts';

/** What sessions are made from; an opened pack has these fields and more. */
export interface Model {
  readonly config: VpdConfig;
  readonly index: WeightIndex;
  readonly files: ReadonlyMap<string, Blob>;
}

export interface OpenSession {
  readonly built: BuiltGraph;
  readonly session: RunnableSession;
  /** Set if its GPU work is recorded and replayed. */
  readonly recorded?: true;
  /** Why its GPU work is not recorded although the runtime asks for it. */
  readonly notCaptured?: string;
}

/**
 * Largest recording, in bytes. A recording keeps every tensor between two kernels, expanded quantized weights included, while a plain run
 * reuses a few buffers. At full size (0.8 to 7.5 GB per network) recordings would need more memory than quantization saves.
 */
const MAX_RECORDED = 512 * 2 ** 20;

/** Returns why a graph must not be recorded on any device, or undefined if it may be. */
export function captureRefusal({ activations }: BuiltGraph, spec: GraphSpec): string | undefined {
  if (activations <= MAX_RECORDED) return undefined;
  const [found, most] = [activations, MAX_RECORDED].map((size) => Math.round(size / 2 ** 20));
  return `a recording of the ${networkWords(spec)} would keep ${found} MB, more than the allowed ${most} MB`;
}

/** A session that cannot be released is lost memory, not a failed request. */
export function release(session: RunnableSession): void {
  session.release().catch(() => undefined);
}

/**
 * Returns a function that makes the session of a graph: recorded if the runtime asks for it and the graph allows it, otherwise plain. Outputs
 * named in `onGpu` stay on the GPU if the runtime supports that.
 */
export function createSessionMaker(
  model: Model,
  runtime: Runtime,
): (spec: GraphSpec, onGpu: readonly string[], job: Job) => Promise<OpenSession> {
  /** Returns the session options, with the pack's files that a graph reads. */
  async function optionsFor(built: BuiltGraph, spec: GraphSpec): Promise<InferenceSession.SessionOptions> {
    const externalData: { path: string; data: Uint8Array | Blob }[] = [];
    for (const path of built.files) {
      const blob = model.files.get(path);
      if (!blob)
        throw new VpdError('missing', `The pack’s file ${path} is not open, but the ${spec.graph} graph reads it.`);
      const data = await runtime.weights(blob);
      if (data) externalData.push({ path, data });
    }
    const options: InferenceSession.SessionOptions = { ...runtime.session };
    if (externalData.length > 0) options.externalData = externalData;
    return options;
  }

  /** Returns a recorded session, the reason why it cannot be recorded, or undefined if the runtime does not record. */
  async function record(
    spec: GraphSpec,
    onGpu: readonly string[],
    job: Job,
  ): Promise<OpenSession | string | undefined> {
    const device = runtime.capture?.device;
    if (!device || spec.graph === 'text-encoder') return undefined;
    try {
      const built = buildGraph(model.config, model.index, spec, { ...runtime.lowering, captured: true });
      const refusal = captureRefusal(built, spec);
      if (refusal !== undefined) return refusal;
      const session = await createCaptured(runtime.ort, device, built, await optionsFor(built, spec), onGpu, job);
      return { built, session, recorded: true };
    } catch (thrown) {
      const { code, message } = toVpdError(thrown);
      if (code === 'device-lost' || code === 'cancelled' || isFatal(thrown)) throw thrown;
      return message;
    }
  }

  return async (spec, onGpu, job) => {
    const recorded = await record(spec, onGpu, job);
    if (typeof recorded === 'object') return recorded;
    const built = buildGraph(model.config, model.index, spec, runtime.lowering);
    const options = await optionsFor(built, spec);
    if (runtime.gpuTensors) {
      options.preferredOutputLocation = Object.fromEntries(
        built.outputs.map(({ name }) => [name, onGpu.includes(name) ? 'gpu-buffer' : 'cpu'] as const),
      );
    }
    const session = await withGpuMemory(
      runtime,
      networkWords(spec),
      () => runtime.ort.InferenceSession.create(built.model, options),
      release,
    );
    return { built, session, ...(recorded === undefined ? {} : { notCaptured: recorded }) };
  };
}
