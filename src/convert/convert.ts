import { VpdError } from '../errors.ts';
import type { PackConfig, PackFile } from '../weights/pack/pack-config.ts';
import { CONFIG_FILE, PACK_SCHEMA } from '../weights/pack/pack-config.ts';
import { encodeParameter } from '../weights/quantize/quantize.ts';
import type { WeightScheme } from '../weights/quantize/stored-form.ts';
import { storedTensors } from '../weights/quantize/stored-form.ts';
import { safetensorsHeader } from '../weights/safetensors/safetensors-writer.ts';
import { createSha256 } from '../weights/sha256.ts';
import type { FileSink } from '../weights/sink.ts';
import type { TensorInfo } from '../weights/source.ts';
import { modelCard } from './card.ts';
import type { ConversionPlan, Target } from './plan.ts';
import { checkPlan, plannedBytes } from './plan.ts';
import { MAX_SHARD_BYTES, planShards, shardIndex } from './shards.ts';

interface ConvertProgress {
  /** Bytes of weights written so far. */
  readonly done: number;
  readonly total: number;
  /** Bytes of `done` that an interrupted conversion had already written. */
  readonly kept: number;
  /** Name of the tensor just written. */
  readonly name: string;
}

interface ConvertOptions {
  readonly weights: WeightScheme;
  readonly onProgress?: (progress: ConvertProgress) => void;
  readonly signal?: AbortSignal;
  /** Awaited before each parameter, so that a conversion can be paused. */
  readonly pause?: () => Promise<void>;
  /** Maximum size of one weight file in bytes. */
  readonly maxShardBytes?: number;
}

const INDEX_FILE = 'model.safetensors.index.json';
const CARD_FILE = 'README.md';

/** Names of the files that a conversion writes, config.json last. */
export function packFileNames(plan: ConversionPlan, options: ConvertOptions): readonly string[] {
  const { shards } = encoder(plan, options);
  return [...shards.map(({ name }) => name), ...(shards.length > 1 ? [INDEX_FILE] : []), CARD_FILE, CONFIG_FILE];
}

/** A file of the sink that is being written. */
interface OpenFile {
  /** Current size in bytes, including those of an earlier run. */
  size(): number;
  write(chunk: Uint8Array): Promise<void>;
  /** Records that a later conversion can resume here. */
  mark(): Promise<void>;
}

/** Opens a file of the sink, hashes what `work` writes, and aborts the file if `work` fails. */
async function writeFile(sink: FileSink, name: string, work: (file: OpenFile) => Promise<void>): Promise<PackFile> {
  const writer = await sink.createFile(name);
  const hash = writer.kept?.hash ?? createSha256();
  let bytes = writer.kept?.bytes ?? 0;
  const file: OpenFile = {
    size: () => bytes,
    write: async (chunk) => {
      hash.update(chunk);
      bytes += chunk.length;
      await writer.write(chunk);
    },
    mark: async () => writer.mark?.(bytes, hash.soFar),
  };
  try {
    await work(file);
    await file.mark();
    await writer.close();
  } catch (thrown) {
    await writer.abort();
    throw thrown;
  }
  return { bytes, sha256: hash.hex() };
}

/**
 * Writes the pack of a plan: weights (one file, or shards with an index), README.md and, last, config.json. One parameter is in memory at
 * a time. The same files and options give the same bytes, even if the sink resumes an interrupted conversion.
 * @throws VpdError bad-file and unsupported for a plan or weights that cannot be converted; cancelled; errors of the sink
 */
export async function convert(plan: ConversionPlan, sink: FileSink, options: ConvertOptions): Promise<PackConfig> {
  checkPlan(plan);
  const { weights } = options;
  const { shards, encode } = encoder(plan, options);
  const total = plannedBytes(plan, weights);
  const files: Record<string, PackFile> = {};
  const put = async (name: string, work: (file: OpenFile) => Promise<void>): Promise<void> => {
    files[name] = await writeFile(sink, name, work);
  };
  const putText = (name: string, content: string): Promise<void> =>
    put(name, async (file) => {
      // A text file of an earlier run is either complete or empty.
      if (file.size() === 0) await file.write(new TextEncoder().encode(content));
    });

  let done = 0;
  let kept = 0;
  for (const shard of shards) {
    await put(shard.name, async (file) => {
      const existing = file.size();
      let end = 0;
      const part = async (bytes: number, make: () => Promise<Uint8Array>): Promise<void> => {
        end += bytes;
        if (end <= existing) return;
        const chunk = await make();
        if (file.size() !== end - bytes || chunk.length !== bytes)
          throw new VpdError('internal', `${shard.name}: ${chunk.length} bytes came where ${bytes} were expected.`);
        await file.write(chunk);
        await file.mark();
      };
      const header = safetensorsHeader(shard.tensors, { format: 'pt' });
      await part(header.length, async () => header);
      for (const tensor of shard.tensors) {
        await part(tensor.bytes, () => encode(tensor.name));
        done += tensor.bytes;
        if (end <= existing) kept += tensor.bytes;
        else options.onProgress?.({ done, total, kept, name: tensor.name });
      }
    });
  }
  if (shards.length > 1) await putText(INDEX_FILE, shardIndex(shards));
  await putText(CARD_FILE, modelCard(plan, weights, total));
  const config: PackConfig = {
    schema: PACK_SCHEMA,
    format: 'vpd-pack',
    ...plan.config,
    weights,
    folded: { timestep: 1, batchNorm: true },
    files: { ...files },
    provenance: plan.provenance,
    licence: plan.licence,
  };
  await putText(CONFIG_FILE, `${JSON.stringify(config, null, 1)}\n`);
  return config;
}

/** Returns the weight files of a plan, and a function that computes the bytes of a stored tensor. */
function encoder(plan: ConversionPlan, { weights, maxShardBytes, signal, pause }: ConvertOptions) {
  const origins = new Map<string, { readonly target: Target; readonly part: number }>();
  const stored: TensorInfo[] = [];
  for (const target of plan.targets)
    for (const [part, tensor] of storedTensors(target.parameter, weights).entries()) {
      origins.set(tensor.name, { target, part });
      stored.push(tensor);
    }
  // A parameter's values and scales are stored one after the other, so both are computed at the first request and kept for the second.
  let last: { readonly target: Target; readonly parts: readonly Uint8Array[] } | undefined;
  return {
    shards: planShards(stored, maxShardBytes ?? MAX_SHARD_BYTES),
    encode: async (name: string): Promise<Uint8Array> => {
      const { target, part } = origins.get(name) ?? {};
      if (!target || part === undefined) throw new VpdError('internal', `No parameter is stored as ${name}.`);
      if (last?.target !== target) {
        last = undefined;
        await pause?.();
        if (signal?.aborted) throw new VpdError('cancelled', 'The conversion was cancelled.');
        last = { target, parts: encodeParameter(target.parameter, await target.recipe.make(signal), weights) };
      }
      return last.parts[part] ?? new Uint8Array();
    },
  };
}
