import type { Tensor } from 'onnxruntime-common';
import * as ort from 'onnxruntime-web';
import type { VpdConfig } from '../../vpd/config.ts';
import type { StoredTensor } from '../../vpd/graph.ts';
import { parametersOf } from '../../vpd/parameters/parameters.ts';
import { openPack, type Pack } from '../../weights/pack/pack.ts';
import type { Model } from '../make-session.ts';
import { type Runtime, sharedBytes } from '../runtime.ts';

/** Test helper: all three tasks at a width where a run takes milliseconds. */
export const TINY: VpdConfig = {
  family: 'test',
  name: 'tiny',
  vae: { channels: 8, mult: [1, 1, 1, 1], blocks: 1, latent: 4, patch: 1, midAttention: true, groups: 4 },
  unet: {
    channels: 8,
    mult: [1, 1, 1, 1],
    blocks: 1,
    context: 8,
    latent: 4,
    heads: 2,
    crossAttention: [true, true, true, false],
    selfAttention: [false, true, true, false],
    ffMult: 2,
    groups: 4,
    features: ['output_blocks.7', 'output_blocks.4', 'output_blocks.2', 'output_blocks.0'],
  },
  text: { width: 8, layers: 1, heads: 2, mlp: 16, maxTokens: 8, vocabulary: [-1, 49_406, 49_407, 736, 4_269] },
  tasks: {
    depth: {
      context: 'scene',
      scenes: ['kitchen', 'office'],
      maxDepth: 10,
      maps: [],
      head: { kind: 'deconv', aggregate: 16, deconv: [8, 8, 8], channels: 8, groups: 4, outputs: 1 },
    },
    refer: { context: 'text', tokens: 6, maps: [1, 2], head: { kind: 'topdown', hidden: 8, refine: [], outputs: 2 } },
    segment: {
      context: 'classes',
      classes: ['wall', 'floor', 'chair'],
      maps: [1, 2],
      head: { kind: 'topdown', hidden: 8, refine: [], outputs: 3 },
    },
  },
  working: { longSide: 128, multiple: 64 },
};

/** Untrained weights in one file: an irregular wave, norms around 1, scaled so that activations neither vanish nor explode. */
export function tinyModel(): Model {
  const index = new Map<string, StoredTensor>();
  const parts: BlobPart[] = [];
  let offset = 0;
  for (const { name, shape, kind } of parametersOf(TINY)) {
    const count = shape.reduce((product, size) => product * size, 1);
    const inputs = kind === 'vector' ? 100 : count / (shape[0] ?? 1);
    const center = kind === 'vector' && /norm.*weight$|layers\.0\.weight$/.test(name) ? 1 : 0;
    const values = Float32Array.from(
      { length: count },
      (_, i) => center + Math.sin((i + offset) * 12.9898) * Math.sqrt(2 / inputs),
    );
    index.set(name, { file: 'tiny.safetensors', offset, length: 4 * count, dtype: 'F32', shape });
    parts.push(values);
    offset += 4 * count;
  }
  return { config: TINY, index, files: new Map([['tiny.safetensors', new Blob(parts)]]) };
}

/** Returns the tiny model as a pack's two files. */
export async function tinyPackFiles(): Promise<{ config: string; weights: Uint8Array<ArrayBuffer> }> {
  const { index, files } = tinyModel();
  const data = new Uint8Array(await (files.get('tiny.safetensors') ?? new Blob()).arrayBuffer());
  const tensors: Record<string, unknown> = {};
  for (const [name, { dtype, shape, offset, length }] of index)
    tensors[name] = { dtype, shape, data_offsets: [offset, offset + length] };
  const json = new TextEncoder().encode(JSON.stringify(tensors));
  const header = new Uint8Array(Math.ceil((8 + json.length) / 64) * 64).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(json, 8);
  const weights = new Uint8Array([...header, ...data]);
  const config = JSON.stringify({
    schema: 1,
    format: 'vpd-pack',
    ...TINY,
    weights: 'f32',
    folded: { timestep: 1, batchNorm: true },
    files: {
      'model.safetensors': { bytes: weights.length, sha256: '0'.repeat(64) },
      'README.md': { bytes: 5, sha256: '0'.repeat(64) },
    },
    provenance: {},
    licence: 'MIT',
  });
  return { config, weights };
}

/** Returns the tiny model as an open pack. */
export async function tinyPack(): Promise<Pack> {
  const { config, weights } = await tinyPackFiles();
  const files = { 'config.json': new Blob([config]), 'model.safetensors': new Blob([weights]) };
  return openPack(new Map(Object.entries(files)));
}

export function testRuntime(maxWeights = Number.POSITIVE_INFINITY): Runtime {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  return {
    ort,
    lowering: { target: 'plain', float: 'f32' },
    overflowAdvice: 'Compute in single precision.',
    session: { executionProviders: ['wasm'], logSeverityLevel: 3 },
    gpuTensors: false,
    maxWeights,
    weights: sharedBytes(),
  };
}

type Tensors = Readonly<Record<string, Tensor>>;

/** Returns the same runtime, with a function that sees (and may change) the inputs and outputs of every run. */
export function watched(runtime: Runtime, seen: (feeds: Tensors, results: Tensors) => void): Runtime {
  const { InferenceSession } = runtime.ort;
  const create = async (...args: Parameters<typeof InferenceSession.create>) => {
    const session = await InferenceSession.create(...args);
    const run = async (feeds: Tensors): Promise<Tensors> => {
      const results = await session.run(feeds);
      seen(feeds, results);
      return results;
    };
    return { run, release: () => session.release() };
  };
  return { ...runtime, ort: { ...runtime.ort, InferenceSession: Object.assign(Object.create(null), { create }) } };
}
