import type { InferenceSession } from 'onnxruntime-common';
import { toVpdError, VpdError } from '../errors.ts';
import { buildGraph } from '../vpd/build.ts';
import type { VpdConfig } from '../vpd/config.ts';
import { type BuiltGraph, type GraphSpec, networkName, type WeightIndex } from '../vpd/graph.ts';
import { createCaptured, type RunnableSession } from './captured.ts';
import { FatalError, isFatal } from './fatal.ts';
import { type Job, throwIfCancelled, timed } from './job.ts';
import { createLru } from './lru.ts';
import { type Runtime, withGpuMemory } from './runtime.ts';

/** What sessions are made from; an opened pack has these fields and more. */
export interface Model {
  readonly config: VpdConfig;
  readonly index: WeightIndex;
  readonly files: ReadonlyMap<string, Blob>;
}

interface OpenSession {
  readonly built: BuiltGraph;
  readonly session: RunnableSession;
  /** Set if its GPU work is recorded and replayed. */
  readonly recorded?: true;
  /** Why its GPU work is not recorded although the runtime asks for it. */
  readonly notCaptured?: string;
}

interface Sessions {
  /** Returns the session for a graph, built on first use. Outputs named in `onGpu` stay on the GPU if the runtime supports that. */
  open(spec: GraphSpec, onGpu: readonly string[], job: Job): Promise<OpenSession>;
  /** Drops the session of a graph, if it is open: after a failed run it must not be used again. */
  discard(spec: GraphSpec): void;
  release(): void;
}

/** Returns the name of a session: the graph, its size and its outputs, e.g. `depth 256x320 (240x320)`. */
function sessionKey(spec: GraphSpec): string {
  switch (spec.graph) {
    case 'vae-encoder':
      return `vae-encoder ${spec.height}x${spec.width}`;
    case 'text-encoder':
      return `text-encoder ${spec.tokens}`;
    case 'attention': {
      const outputs = [
        `cross ${spec.levels.join()}`,
        `self ${spec.selfLevels.join()}`,
        ...(spec.rawMaps ? ['raw'] : []),
      ];
      return `attention ${spec.height}x${spec.width} ${spec.tokens} ${outputs.join(', ')}`;
    }
    case 'eps':
      return `eps ${spec.height}x${spec.width} ${spec.tokens}`;
    case 'head':
      return `${spec.task} head ${spec.height}x${spec.width} (${spec.rows}x${spec.cols})`;
    case 'task': {
      const outputs = [...(spec.outputs ?? [])].sort().join('+');
      return `${spec.task} ${spec.height}x${spec.width} (${spec.rows}x${spec.cols}) ${outputs}`.trimEnd();
    }
  }
}

/** Returns the bytes of stored weights that a graph reads, found by the name prefixes of `parametersOf`. */
export function weightBytes(index: WeightIndex, spec: GraphSpec): number {
  const name = networkName(spec);
  const prefixes = {
    'vae-encoder': ['vae.'],
    'text-encoder': ['text.'],
    attention: ['unet.', 'refer.text_adapter.', 'refer.gamma'],
    eps: ['unet.'],
    head: [`${name}.head.`],
    task: ['unet.', `${name}.`],
  }[spec.graph];
  let bytes = 0;
  for (const [tensor, { length }] of index) if (prefixes.some((prefix) => tensor.startsWith(prefix))) bytes += length;
  return bytes;
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
  return `a recording of the ${networkName(spec)} network would keep ${found} MB, more than the allowed ${most} MB`;
}

/** ORT's message when an earlier session failed while it was made: from then on it refuses every other one. */
const STUCK = /another WebGPU EP inference session is being created/i;

/** A session that cannot be released is lost memory, not a failed request. */
function release(session: RunnableSession): void {
  session.release().catch(() => undefined);
}

export function createSessions(model: Model, runtime: Runtime): Sessions {
  const drop = ({ session }: OpenSession, key: string): void => {
    recordings.deleteWhere((each) => each === key);
    release(session);
  };
  const open = createLru<OpenSession>(runtime.maxWeights, drop);
  /** Evicting the least recently used recording evicts its session too. */
  const recordings = createLru<undefined>(runtime.capture?.maxBytes ?? 0, (_, key) =>
    open.deleteWhere((each) => each === key),
  );

  /** Returns the session options, with the pack's files that a graph reads. */
  async function optionsFor(built: BuiltGraph, spec: GraphSpec): Promise<InferenceSession.SessionOptions> {
    const externalData: { path: string; data: Uint8Array | Blob }[] = [];
    for (const path of built.files) {
      const blob = model.files.get(path);
      if (!blob)
        throw new VpdError('missing', `The pack's file ${path} is not open, but the ${spec.graph} graph reads it.`);
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

  async function create(spec: GraphSpec, onGpu: readonly string[], job: Job): Promise<OpenSession> {
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
      `${networkName(spec)} network`,
      () => runtime.ort.InferenceSession.create(built.model, options),
      release,
    );
    return { built, session, ...(recorded === undefined ? {} : { notCaptured: recorded }) };
  }

  /** Creates a session. If memory runs out, all other sessions are released and it is tried once more. */
  async function createOrMakeRoom(spec: GraphSpec, onGpu: readonly string[], job: Job): Promise<OpenSession> {
    try {
      return await create(spec, onGpu, job);
    } catch (thrown) {
      if (toVpdError(thrown).code !== 'no-memory') throw thrown;
      open.deleteWhere(() => true);
      return create(spec, onGpu, job);
    }
  }

  return {
    async open(spec, onGpu, job) {
      const key = sessionKey(spec);
      const known = open.get(key);
      recordings.get(key);
      if (known) return known;
      throwIfCancelled(job);
      const bytes = weightBytes(model.index, spec);
      open.reserve(bytes);
      job.onProgress?.({
        label: `Preparing the ${networkName(spec)} network`,
        done: 0,
        total: 0,
        unit: 'steps',
      });
      try {
        const made = await timed(
          job,
          'build',
          () => createOrMakeRoom(spec, onGpu, job),
          ({ notCaptured: why }) =>
            why === undefined ? undefined : `The ${networkName(spec)} network is not recorded, because ${why}.`,
        );
        if (made.recorded) recordings.set(key, undefined, made.built.activations);
        open.set(key, made, bytes);
        return made;
      } catch (thrown) {
        const cause = toVpdError(thrown);
        if (cause.code !== 'internal') throw cause;
        if (STUCK.test(cause.message))
          throw new FatalError(
            'internal',
            'The runtime failed while it prepared a network, and has to be started again: Retry does that.',
            { cause: thrown },
          );
        throw new VpdError('internal', `The session "${key}" could not be made: ${cause.message}`, { cause: thrown });
      }
    },
    discard(spec) {
      open.deleteWhere((key) => key === sessionKey(spec));
    },
    release() {
      open.deleteWhere(() => true);
    },
  };
}
