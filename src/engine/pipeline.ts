import type { Tensor } from 'onnxruntime-common';
import { toVpdError, VpdError } from '../errors.ts';
import type { VpdConfig } from '../vpd/config.ts';
import { type GraphSpec, networkWords } from '../vpd/graph.ts';
import { betweenStages, createQueue, type Job, timed } from './job.ts';
import { createLru } from './lru.ts';
import type { Model } from './make-session.ts';
import type { StageTiming } from './results.ts';
import { type Runtime, withGpuMemory } from './runtime.ts';
import { createSessions } from './sessions.ts';
import { STAGE_LABELS } from './timings.ts';

/** An output or intermediate tensor on the CPU, row-major. */
export interface Plane {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A tensor between two sessions. It may be on the GPU, so get its values with `read`. The pipeline owns it: do not dispose of it. */
export interface Link {
  readonly tensor: Tensor;
  read(): Promise<Plane>;
}

export interface Stages {
  /** Returns the latent [1,4,H/8,W/8] of a padded input f32 [3,H,W]. `key` names photo and geometry; `input` is called if it is not cached. */
  latent(key: string, size: { readonly w: number; readonly h: number }, input: () => Float32Array): Promise<Link>;
  /** Returns CLIP's last hidden state [T,width] for rows of the token embedding. */
  hidden(rows: Int32Array): Promise<Link>;
  /** Wraps a tensor from outside (a file), to be used instead of `latent` or `hidden`. */
  given(plane: Plane): Link;
  /** Runs a task's network, its head alone, `attention` or `eps` once. Returns the outputs by name, on the CPU. */
  run(spec: GraphSpec, feeds: Readonly<Record<string, Link | Int32Array>>): Promise<ReadonlyMap<string, Plane>>;
  /**
   * Like `run`, but returns links, and caches under `key` the outputs for which `isKept` is true, e.g. the UNet's features, which only
   * another network reads. They stay on the GPU if the runtime supports that.
   */
  keep(
    key: string,
    spec: GraphSpec,
    feeds: Readonly<Record<string, Link | Int32Array>>,
    isKept: (output: string) => boolean,
  ): Promise<ReadonlyMap<string, Link>>;
  /** Returns what `keep` cached under this key, unless it was evicted. */
  kept(key: string): ReadonlyMap<string, Link> | undefined;
  /** Caches a copy of bytes that a task computed from a network's outputs. */
  keepBytes(key: string, made: Uint8Array): void;
  /** Returns what `keepBytes` cached under this key, unless it was evicted. */
  keptBytes(key: string): Uint8Array | undefined;
  /** Runs work outside the networks and records its time. */
  timed<T>(stage: StageTiming['stage'], work: () => T): Promise<T>;
}

export interface Pipeline {
  readonly config: VpdConfig;
  /** Runs one job after the other; a failed job does not fail the next. */
  exclusive<T>(job: Job, work: (stages: Stages) => Promise<T>): Promise<T>;
  /** Drops cached values whose keys start with `prefix`, after the jobs that are running or queued. */
  forget(prefix: string): void;
  /** Releases all sessions and caches, after the jobs that are running or queued. Later jobs recreate what they need. */
  release(): Promise<void>;
}

/**
 * Latents (64 KiB at 512²) and hidden states (of Stable Diffusion 123 kB for 40 tokens, 237 kB for 77) are small, so many are kept; a
 * task's features are 10 MB at Stable Diffusion's width, so only a few are. Above this limit the least recently used are evicted.
 */
const MAX_CACHED_BYTES = 64 * 2 ** 20;
/** For labels, which take at most 2 MB per result. */
const MAX_KEPT_BYTES = 16 * 2 ** 20;

type Tensors = Readonly<Record<string, Tensor>>;

const bytesOf = (tensors: Tensors): number =>
  Object.values(tensors).reduce((sum, { dims }) => sum + dims.reduce((product, size) => product * size, 4), 0);

function dispose(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}

const onCpu = ({ location }: Tensor): boolean => location === 'cpu';
const filterTensors = (tensors: Tensors, test: (tensor: Tensor) => boolean): Tensors =>
  Object.fromEntries(Object.entries(tensors).filter(([, tensor]) => test(tensor)));

export function createPipeline(model: Model, runtime: Runtime): Pipeline {
  const { overflowAdvice } = runtime;
  const { Tensor } = runtime.ort;
  const sessions = createSessions(model, runtime);
  const cache = createLru<Tensors>(MAX_CACHED_BYTES, dispose);
  const byteCache = createLru<Uint8Array>(MAX_KEPT_BYTES, () => undefined);
  const queue = createQueue();
  const half = runtime.lowering.float === 'f16' || runtime.lowering.rounding === 'f16';

  function deleteWhere(test: (key: string) => boolean): void {
    cache.deleteWhere(test);
    byteCache.deleteWhere(test);
  }

  async function execute(spec: GraphSpec, feeds: Tensors, job: Job): Promise<Tensors> {
    const { session, built } = await sessions.open(spec, KEPT_ON_GPU, job);
    const stage = spec.graph === 'task' ? spec.task : spec.graph;
    job.onProgress?.({ label: STAGE_LABELS[stage], done: 0, total: 0, unit: 'steps' });
    await betweenStages(job);
    const wanted = Object.fromEntries(built.inputs.map(({ name }) => [name, required(feeds, name, spec)]));
    try {
      return await timed(job, stage, () =>
        withGpuMemory(runtime, `${networkWords(spec)}`, () => session.run(wanted), dispose),
      );
    } catch (thrown) {
      // After a failed run ORT keeps the inputs of that run bound, and the next run would compute with them.
      sessions.discard(spec);
      const cause = toVpdError(thrown);
      if (cause.code !== 'internal') throw cause;
      throw new VpdError('internal', `The ${networkWords(spec)} failed while it ran: ${cause.message}`, {
        cause: thrown,
      });
    }
  }

  /** Returns the cached output of a graph, or runs the graph and caches its output for later jobs. */
  async function cached(key: string, spec: GraphSpec, output: string, feed: () => Tensors, job: Job): Promise<Link> {
    const known = cache.get(key)?.[output];
    if (known) {
      if (spec.graph === 'vae-encoder' || spec.graph === 'text-encoder')
        job.timings.push({ stage: spec.graph, ms: 0, cached: true });
      return link(known);
    }
    const made = await execute(spec, feed(), job);
    const tensor = made[output];
    if (!tensor) throw new VpdError('internal', `The ${spec.graph} graph has no output “${output}”.`);
    cache.set(key, made, bytesOf(made));
    return link(tensor);
  }

  /** Reads tensors; those on the CPU are not copied. Values that are not finite are an error, unless `overflowAdvice` is undefined. */
  async function planesOf(tensors: Tensors, spec: GraphSpec): Promise<ReadonlyMap<string, Plane>> {
    const planes = new Map<string, Plane>();
    for (const [name, tensor] of Object.entries(tensors)) planes.set(name, await link(tensor).read());
    if (overflowAdvice !== undefined) refuseNotFinite(planes, spec, half ? overflowAdvice : undefined);
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
      // After a read, ORT reports such a tensor as on the CPU, but its GPU buffer must still be released.
      const onGpu = filterTensors(results, (tensor) => !onCpu(tensor));
      try {
        return await planesOf(results, spec);
      } finally {
        dispose(onGpu);
      }
    },
    async keep(key, spec, feeds, isKept) {
      const results = await execute(spec, tensorsOf(feeds), job);
      try {
        // Checks for overflow. Features on the GPU are not read back for it.
        await planesOf(filterTensors(results, onCpu), spec);
      } catch (thrown) {
        dispose(results);
        throw thrown;
      }
      const kept = Object.fromEntries(Object.entries(results).filter(([name]) => isKept(name)));
      cache.set(key, kept, bytesOf(kept));
      return links(results);
    },
    kept(key) {
      const known = cache.get(key);
      return known && links(known);
    },
    keepBytes: (key, made) => byteCache.set(key, made.slice(), made.byteLength),
    keptBytes: (key) => byteCache.get(key),
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

/** Outputs that another network reads, so they stay on the GPU if the runtime supports that. */
const KEPT_ON_GPU: readonly string[] = ['latent', 'hidden', 'feature0', 'feature1', 'feature2', 'feature3'];

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

/**
 * Throws if an output is not finite, because colours, masks and classes would otherwise be computed from it without an error. The check at
 * opening (self-check.ts) runs only one small input, so in half precision a photo can still overflow.
 * @param halfAdvice how to avoid half precision, undefined in single precision
 */
function refuseNotFinite(planes: ReadonlyMap<string, Plane>, spec: GraphSpec, halfAdvice: string | undefined): void {
  for (const [name, { data }] of planes) {
    if (isFinitePlane(data)) continue;
    const network = networkWords(spec);
    throw halfAdvice === undefined
      ? new VpdError(
          'bad-file',
          `The ${network} gave NaN or infinity in “${name}”, in single precision too: the pack’s weights, or a tensor given to it, hold such values or far too large ones. Use another pack, or convert its checkpoint again.`,
        )
      : new VpdError(
          'unsupported',
          `Half precision overflowed in “${name}” of the ${network} on this photo. ${halfAdvice}`,
        );
  }
}

/** True if all values are finite. A loop, because `every` takes eight times as long: a third of a second for the logits of 150 classes. */
function isFinitePlane(data: Float32Array): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

function required(feeds: Record<string, Tensor>, name: string, spec: GraphSpec): Tensor {
  const tensor = feeds[name];
  if (!tensor)
    throw new VpdError('internal', `The ${spec.graph} graph needs the input “${name}”, which was not given.`);
  return tensor;
}
