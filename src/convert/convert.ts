import { VpdError } from '../errors.ts';
import type { Parameter } from '../vpd/parameters.ts';
import type { PackConfig, PackFile } from '../weights/pack-config.ts';
import { CONFIG_FILE, PACK_SCHEMA } from '../weights/pack-config.ts';
import { encodeParameter } from '../weights/quantize.ts';
import { safetensorsHeader } from '../weights/safetensors-writer.ts';
import { createSha256 } from '../weights/sha256.ts';
import type { FileSink, FileWriter } from '../weights/sink.ts';
import type { WeightScheme } from '../weights/stored-form.ts';
import { storedTensors } from '../weights/stored-form.ts';
import { modelCard } from './card.ts';
import type { ConversionPlan } from './plan.ts';
import { checkPlan, plannedBytes } from './plan.ts';
import { MAX_SHARD_BYTES, planShards, shardIndex } from './shards.ts';

export interface ConvertProgress {
  /** Bytes of weights written so far and in all. */
  readonly done: number;
  readonly total: number;
  /** Parameter at hand. */
  readonly name: string;
}

export interface ConvertOptions {
  readonly weights: WeightScheme;
  readonly onProgress?: (progress: ConvertProgress) => void;
  readonly signal?: AbortSignal;
  /** Most bytes of one weight file. */
  readonly maxShardBytes?: number;
}

/** Opens a file of the sink, hashes what is written and removes the file if the work fails. */
async function writeFile(
  sink: FileSink,
  name: string,
  work: (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<PackFile> {
  const writer: FileWriter = await sink.createFile(name);
  const hash = createSha256();
  let bytes = 0;
  try {
    await work(async (chunk) => {
      hash.update(chunk);
      bytes += chunk.length;
      await writer.write(chunk);
    });
    await writer.close();
  } catch (thrown) {
    await writer.abort();
    throw thrown;
  }
  return { bytes, sha256: hash.hex() };
}

/**
 * Writes the pack of a plan: weights (one file, or shards with an index), README.md and, last, config.json. One parameter is in memory at
 * a time. The same files and options give the same bytes.
 */
export async function convert(plan: ConversionPlan, sink: FileSink, options: ConvertOptions): Promise<PackConfig> {
  checkPlan(plan);
  const { weights, signal } = options;
  const text = (content: string) => (write: (chunk: Uint8Array) => Promise<void>) =>
    write(new TextEncoder().encode(content));
  const stored = plan.targets.flatMap(({ parameter }) => storedTensors(parameter, weights));
  const shards = planShards(stored, options.maxShardBytes ?? MAX_SHARD_BYTES);
  const total = plannedBytes(plan, weights);
  const files: Record<string, PackFile> = {};

  const chunks = encodedTensors(plan, weights, signal);
  let done = 0;
  for (const shard of shards) {
    files[shard.name] = await writeFile(sink, shard.name, async (write) => {
      await write(safetensorsHeader(shard.tensors, { format: 'pt' }));
      for (const tensor of shard.tensors) {
        const next = await chunks.next();
        if (next.done || next.value.bytes.length !== tensor.bytes)
          throw new VpdError('internal', `Tensor ${tensor.name} was not encoded into its ${tensor.bytes} bytes.`);
        await write(next.value.bytes);
        done += tensor.bytes;
        options.onProgress?.({ done, total, name: next.value.parameter.name });
      }
    });
  }
  if (shards.length > 1) {
    const name = 'model.safetensors.index.json';
    files[name] = await writeFile(sink, name, text(shardIndex(shards)));
  }
  files['README.md'] = await writeFile(sink, 'README.md', text(modelCard(plan, weights, total)));
  const config: PackConfig = {
    schema: PACK_SCHEMA,
    format: 'vpd-pack',
    ...plan.config,
    weights,
    folded: { timestep: 1, batchNorm: true },
    files,
    provenance: plan.provenance,
    licence: plan.licence,
  };
  await writeFile(sink, CONFIG_FILE, text(`${JSON.stringify(config, null, 1)}\n`));
  return config;
}

/** The stored tensors of every parameter in order, each made when it is asked for. */
async function* encodedTensors(
  plan: ConversionPlan,
  weights: WeightScheme,
  signal?: AbortSignal,
): AsyncGenerator<{ parameter: Parameter; bytes: Uint8Array }, void> {
  for (const { parameter, recipe } of plan.targets) {
    if (signal?.aborted) throw new VpdError('cancelled', 'The conversion was cancelled.');
    const values = await recipe.make(signal);
    for (const bytes of encodeParameter(parameter, values, weights)) yield { parameter, bytes };
  }
}
