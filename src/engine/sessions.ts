import { toVpdError, VpdError } from '../errors.ts';
import { type GraphSpec, networkName, networkWords, type WeightIndex } from '../vpd/graph.ts';
import { FatalError } from './fatal.ts';
import { type Job, throwIfCancelled, timed } from './job.ts';
import { createLru } from './lru.ts';
import { createSessionMaker, type Model, type OpenSession, release } from './make-session.ts';
import type { Runtime } from './runtime.ts';

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

/** ORT's message when an earlier session failed while it was made: from then on it refuses every other one. */
const STUCK = /another WebGPU EP inference session is being created/i;

/** Returns the error for a session that could not be made. */
function makingError(key: string, thrown: unknown): VpdError {
  const cause = toVpdError(thrown);
  if (cause.code !== 'internal') return cause;
  if (STUCK.test(cause.message))
    return new FatalError(
      'internal',
      'The runtime failed while it prepared a network, and has to be started again: Retry does that.',
      { cause: thrown },
    );
  return new VpdError('internal', `The session “${key}” could not be made: ${cause.message}`, { cause: thrown });
}

/** Keeps the sessions of a model, up to the runtime's limits of weights and recordings. */
export function createSessions(model: Model, runtime: Runtime): Sessions {
  const make = createSessionMaker(model, runtime);
  const drop = ({ session }: OpenSession, key: string): void => {
    recordings.deleteWhere((each) => each === key);
    release(session);
  };
  const open = createLru<OpenSession>(runtime.maxWeights, drop);
  /** Evicting the least recently used recording evicts its session too. */
  const recordings = createLru<undefined>(runtime.capture?.maxBytes ?? 0, (_, key) =>
    open.deleteWhere((each) => each === key),
  );

  /** Makes a session. If memory runs out, all other sessions are released and it is tried once more. */
  async function makeWithRoom(spec: GraphSpec, onGpu: readonly string[], job: Job): Promise<OpenSession> {
    try {
      return await make(spec, onGpu, job);
    } catch (thrown) {
      if (toVpdError(thrown).code !== 'no-memory') throw thrown;
      open.deleteWhere(() => true);
      return make(spec, onGpu, job);
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
        label: `Preparing the ${networkWords(spec)}`,
        done: 0,
        total: 0,
        unit: 'steps',
      });
      try {
        const made = await timed(
          job,
          'build',
          () => makeWithRoom(spec, onGpu, job),
          ({ notCaptured: why }) =>
            why === undefined ? undefined : `The ${networkWords(spec)} is not recorded, because ${why}.`,
        );
        if (made.recorded) recordings.set(key, undefined, made.built.activations);
        open.set(key, made, bytes);
        return made;
      } catch (thrown) {
        throw makingError(key, thrown);
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
