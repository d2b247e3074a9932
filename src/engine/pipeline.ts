import type { Tensor } from 'onnxruntime-common';
import { toVpdError, VpdError } from '../errors.ts';
import type { VpdConfig } from '../vpd/config.ts';
import type { GraphSpec } from '../vpd/graph.ts';
import { betweenStages, createQueue, type Job, timed } from './job.ts';
import { createLru } from './lru.ts';
import type { StageTiming } from './protocol.ts';
import type { Runtime } from './runtime.ts';
import { createSessions, type Model } from './sessions.ts';

/** A named output or intermediate, on the CPU. Row-major. */
export interface Plane {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A tensor between two sessions: on the GPU where the runtime can, so read it with `read`. Owned by the pipeline: do not dispose. */
export interface Link {
  readonly tensor: Tensor;
  read(): Promise<Plane>;
}

export interface Stages {
  /** The latent [1,4,H/8,W/8] of a padded input f32 [3,H,W]; `key` names photo and geometry, `input` runs only when it is not cached. */
  latent(key: string, size: { readonly w: number; readonly h: number }, input: () => Float32Array): Promise<Link>;
  /** CLIP's last hidden state [T,width] of rows of the token embedding. */
  hidden(rows: Int32Array): Promise<Link>;
  /** A tensor from outside (a file), in the place of one of the two above. */
  given(plane: Plane): Link;
  /** One run of a task's network, of its head or of `eps`. Outputs by name, on the CPU. */
  run(spec: GraphSpec, feeds: Readonly<Record<string, Link | Int32Array>>): Promise<ReadonlyMap<string, Plane>>;
  /**
   * Like `run`, but gives all outputs as links, and those that `stays` is true for stay under `key`: the UNet's features, which only another
   * network reads, on the GPU if it can.
   */
  keep(
    key: string,
    spec: GraphSpec,
    feeds: Readonly<Record<string, Link | Int32Array>>,
    stays: (output: string) => boolean,
  ): Promise<ReadonlyMap<string, Link>>;
  /** What `keep` left under this key, unless it had to make room. */
  kept(key: string): ReadonlyMap<string, Link> | undefined;
  /** Keeps a copy of what a task made of a network's outputs. */
  note(key: string, made: Uint8Array): void;
  /** What `note` left under this key, unless it had to make room. */
  noted(key: string): Uint8Array | undefined;
  /** Records the time of work around the networks. */
  timed<T>(stage: StageTiming['stage'], work: () => T): Promise<T>;
}

export interface Pipeline {
  readonly config: VpdConfig;
  /** Runs one job after the other; a failed job does not fail the next. */
  exclusive<T>(job: Job, work: (stages: Stages) => Promise<T>): Promise<T>;
  /** Drops what was cached for keys that start with `prefix`, once the running job no longer needs it. */
  forget(prefix: string): void;
  /** Waits for the running job and gives everything back; a job that comes later makes what it needs again. */
  release(): Promise<void>;
}

/**
 * Latents (64 KiB at 512²) and hidden states (of Stable Diffusion 123 kB for 40 tokens, 237 kB for 77) are small, so many are kept; a task's
 * features are 10 MB at Stable Diffusion's width, so a few. Above this the least recently used go.
 */
const MAX_CACHED_BYTES = 64 * 2 ** 20;
/** Labels of a result are 2 MB at most. */
const MAX_NOTED_BYTES = 16 * 2 ** 20;

type Tensors = Readonly<Record<string, Tensor>>;

const bytesOf = (tensors: Tensors): number =>
  Object.values(tensors).reduce((sum, { dims }) => sum + dims.reduce((product, size) => product * size, 4), 0);

function dispose(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}

const onCpu = ({ location }: Tensor): boolean => location === 'cpu';
const those = (tensors: Tensors, test: (tensor: Tensor) => boolean): Tensors =>
  Object.fromEntries(Object.entries(tensors).filter(([, tensor]) => test(tensor)));

export function createPipeline(model: Model, runtime: Runtime): Pipeline {
  const { overflowAdvice } = runtime;
  const { Tensor } = runtime.ort;
  const sessions = createSessions(model, runtime);
  const cache = createLru<Tensors>(MAX_CACHED_BYTES, dispose);
  const notes = createLru<Uint8Array>(MAX_NOTED_BYTES, () => undefined);
  const queue = createQueue();
  const half = runtime.lowering.float === 'f16' || runtime.lowering.rounding === 'f16';

  function deleteWhere(test: (key: string) => boolean): void {
    cache.deleteWhere(test);
    notes.deleteWhere(test);
  }

  async function execute(spec: GraphSpec, feeds: Tensors, job: Job): Promise<Tensors> {
    const { session, built } = await sessions.open(spec, STAYS, job);
    const stage = spec.graph === 'task' ? spec.task : spec.graph;
    job.onProgress?.({ label: LABELS[stage], done: 0, total: 0, unit: 'steps' });
    await betweenStages(job);
    const wanted = Object.fromEntries(built.inputs.map(({ name }) => [name, required(feeds, name, spec)]));
    try {
      return await timed(job, stage, () => session.run(wanted));
    } catch (thrown) {
      const cause = toVpdError(thrown);
      if (cause.code !== 'internal') throw cause;
      throw new VpdError('internal', `The ${stage} network failed while it ran: ${cause.message}`, { cause: thrown });
    }
  }

  /** A cached tensor, or the one output of a graph, kept for the next job. */
  async function cached(key: string, spec: GraphSpec, output: string, feed: () => Tensors, job: Job): Promise<Link> {
    const known = cache.get(key)?.[output];
    if (known) {
      if (spec.graph === 'vae-encoder' || spec.graph === 'text-encoder')
        job.timings.push({ stage: spec.graph, ms: 0, cached: true });
      return link(known);
    }
    const made = await execute(spec, feed(), job);
    const tensor = made[output];
    if (!tensor) throw new VpdError('internal', `The ${spec.graph} graph has no output "${output}".`);
    cache.set(key, made, bytesOf(made));
    return link(tensor);
  }

  /** Tensors as planes, of which those on the CPU are no copies. In half precision, what overflowed is refused, unless it is wanted. */
  async function planesOf(tensors: Tensors, spec: GraphSpec): Promise<ReadonlyMap<string, Plane>> {
    const planes = new Map<string, Plane>();
    for (const [name, tensor] of Object.entries(tensors)) planes.set(name, await link(tensor).read());
    if (half && overflowAdvice !== undefined) refuseOverflow(planes, spec, overflowAdvice);
    return planes;
  }

  const tensorsOf = (feeds: Readonly<Record<string, Link | Int32Array>>): Tensors =>
    Object.fromEntries(
      Object.entries(feeds).map(([name, feed]) => [
        name,
        feed instanceof Int32Array ? new Tensor('int32', feed, [feed.length]) : feed.tensor,
      ]),
    );

  const stages = (job: Job): Stages => ({
    latent: (key, { w, h }, input) =>
      cached(
        key,
        { graph: 'vae-encoder', height: h, width: w },
        'latent',
        () => ({ image: new Tensor('float32', input(), [1, 3, h, w]) }),
        job,
      ),
    hidden: (rows) =>
      cached(
        `text:${rows.join()}`,
        { graph: 'text-encoder', tokens: rows.length },
        'hidden',
        () => ({ ids: new Tensor('int32', rows, [rows.length]) }),
        job,
      ),
    given: (plane) => link(new Tensor('float32', plane.data, plane.dims)),
    async run(spec, feeds) {
      const results = await execute(spec, tensorsOf(feeds), job);
      // Once read, they say that they lie on the CPU; their buffers are still there.
      const onGpu = those(results, (tensor) => !onCpu(tensor));
      try {
        return await planesOf(results, spec);
      } finally {
        dispose(onGpu);
      }
    },
    async keep(key, spec, feeds, stays) {
      const results = await execute(spec, tensorsOf(feeds), job);
      try {
        // Features on the GPU stay unread, as do those of `run`, which never leave the network.
        await planesOf(those(results, onCpu), spec);
      } catch (thrown) {
        dispose(results);
        throw thrown;
      }
      const left = Object.fromEntries(Object.entries(results).filter(([name]) => stays(name)));
      cache.set(key, left, bytesOf(left));
      return links(results);
    },
    kept(key) {
      const known = cache.get(key);
      return known && links(known);
    },
    note: (key, made) => notes.set(key, made.slice(), made.byteLength),
    noted: (key) => notes.get(key),
    timed: (stage, work) => timed(job, stage, work),
  });

  return {
    config: model.config,
    exclusive: (job, work) => queue(() => work(stages(job)), job.signal),
    forget: (prefix) => void queue(async () => deleteWhere((key) => key.startsWith(prefix))),
    release: () =>
      queue(async () => {
        deleteWhere(() => true);
        sessions.release();
      }),
  };
}

/** Outputs that another network reads: they stay on the GPU where the runtime can. */
const STAYS: readonly string[] = ['latent', 'hidden', 'feature0', 'feature1', 'feature2', 'feature3'];

const LABELS = {
  'vae-encoder': 'Encoding the photo',
  'text-encoder': 'Reading the words',
  depth: 'Estimating depth',
  refer: 'Looking for the words',
  segment: 'Naming what is there',
  head: 'Running the head alone',
  attention: 'Following the attention',
  eps: 'Running the UNet',
} as const;

const links = (tensors: Tensors): ReadonlyMap<string, Link> =>
  new Map(Object.entries(tensors).map(([name, tensor]) => [name, link(tensor)]));

function link(tensor: Tensor): Link {
  return {
    tensor,
    async read() {
      const data = tensor.location === 'cpu' ? tensor.data : await tensor.getData();
      if (!(data instanceof Float32Array))
        throw new VpdError('internal', `A tensor of type ${tensor.type} came where float32 was expected.`);
      return { dims: tensor.dims, data };
    },
  };
}

/** The engine's check of half precision (self-check.ts) saw one small input; a photo may be another matter. */
function refuseOverflow(planes: ReadonlyMap<string, Plane>, spec: GraphSpec, advice: string): void {
  for (const [name, { data }] of planes)
    if (!isFinitePlane(data))
      throw new VpdError(
        'unsupported',
        `Half precision overflowed in "${name}" of the ${'task' in spec ? spec.task : spec.graph} network on this photo. ${advice}`,
      );
}

/** A loop: `every` takes eight times as long, a third of a second for the logits of 150 classes. */
function isFinitePlane(data: Float32Array): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

function required(feeds: Record<string, Tensor>, name: string, spec: GraphSpec): Tensor {
  const tensor = feeds[name];
  if (!tensor)
    throw new VpdError('internal', `The ${spec.graph} graph wants the input "${name}", which was not given.`);
  return tensor;
}
