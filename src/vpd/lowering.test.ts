import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { convert } from '../convert/convert.ts';
import { planConversion } from '../convert/plan.ts';
import { fixtureSource, parseManifest } from '../convert/testing/fixture.ts';
import { openPack, type Pack } from '../weights/pack/pack.ts';
import type { WeightScheme } from '../weights/quantize/stored-form.ts';
import { memorySink } from '../weights/testing/memory-sink.ts';
import { readTensorF32 } from '../weights/testing/read-tensor.ts';
import { buildGraph } from './build.ts';
import type { GraphSpec, Lowering, StoredTensor, WeightIndex } from './graph.ts';
import { parametersOf } from './parameters/parameters.ts';

const PLAIN: Lowering = { target: 'plain', float: 'f32' };
const FRAME = { height: 64, width: 128, rows: 50, cols: 120 };
const SPEC: GraphSpec = { graph: 'task', task: 'segment', ...FRAME, outputs: ['maps'] };

const manifests = join(import.meta.dirname, '../../fixtures/small');

const packs = new Map<string, Promise<Pack>>();

function packOf(task: string, weights: WeightScheme): Promise<Pack> {
  const key = `${task}, ${weights}`;
  const pack = packs.get(key) ?? makePack(task, weights);
  packs.set(key, pack);
  return pack;
}

async function makePack(task: string, weights: WeightScheme): Promise<Pack> {
  const json = gunzipSync(readFileSync(join(manifests, `${task}.manifest.json.gz`))).toString();
  const sink = memorySink();
  const plan = planConversion([fixtureSource(`${task}.safetensors`, parseManifest(json))], { heads: 4, textHeads: 4 });
  await convert(plan, sink, { weights });
  return openPack(sink.files);
}

/** The same weights, dequantized to float32 by this project's code instead of the runtime. */
async function expanded(pack: Pack): Promise<{ index: WeightIndex; data: Uint8Array }> {
  const index = new Map<string, StoredTensor>();
  const parts: Float32Array[] = [];
  let offset = 0;
  for (const { name, shape } of parametersOf(pack.config)) {
    const values = await readTensorF32(pack, name);
    index.set(name, { file: 'f32', offset, length: values.byteLength, dtype: 'F32', shape });
    parts.push(values);
    offset += values.byteLength;
  }
  return { index, data: new Uint8Array(await new Blob(parts.map((part) => part.slice())).arrayBuffer()) };
}

/** Values in a fixed irregular pattern in [−1, 1]. */
const wave = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898) * Math.cos(i * 0.37));

async function run(
  pack: Pack,
  index: WeightIndex,
  files: ReadonlyMap<string, Uint8Array>,
  spec: GraphSpec,
  lowering = PLAIN,
  given: ReadonlyMap<string, Float32Array> = new Map(),
): Promise<Map<string, Float32Array>> {
  const built = buildGraph(pack.config, index, spec, lowering);
  const session = await ort.InferenceSession.create(built.model, {
    executionProviders: ['wasm'],
    externalData: built.files.map((path) => ({ path, data: files.get(path) ?? new Uint8Array() })),
  });
  const feeds = Object.fromEntries(
    built.inputs.map(({ name, type, dims }) => {
      const count = dims.reduce((a, b) => a * b, 1);
      return [
        name,
        type === 'int32'
          ? new ort.Tensor('int32', new Int32Array(count), dims)
          : new ort.Tensor('float32', given.get(name) ?? wave(count), dims),
      ];
    }),
  );
  const results = await session.run(feeds);
  const outputs = new Map<string, Float32Array>();
  for (const { name, dims } of built.outputs) {
    const tensor = results[name];
    expect(tensor?.dims, name).toEqual(dims);
    outputs.set(name, tensor?.data instanceof Float32Array ? tensor.data : new Float32Array());
  }
  await session.release();
  return outputs;
}

/** ‖got − want‖ / ‖want‖ */
function relativeError(got: Float32Array | undefined, want: Float32Array | undefined): number {
  const energy = (values: Float32Array | undefined): number =>
    Math.sqrt(values?.reduce((sum, v) => sum + v * v, 0) ?? 0);
  const norm = energy(want);
  expect(norm).toBeGreaterThan(0);
  return energy(want?.map((value, i) => value - (got?.[i] ?? Number.NaN))) / norm;
}

const filesOf = async (pack: Pack): Promise<ReadonlyMap<string, Uint8Array>> => {
  const files = new Map<string, Uint8Array>();
  for (const [name, blob] of pack.files) files.set(name, new Uint8Array(await blob.arrayBuffer()));
  return files;
};

beforeAll(() => {
  ort.env.wasm.numThreads = 2;
  ort.env.logLevel = 'error';
});

describe('stored forms', () => {
  it.each(['q8', 'q4', 'f16'] as const)(
    '%s is dequantized in the graph as by this project’s code',
    { timeout: 120_000 },
    async (weights) => {
      const pack = await packOf('segment', weights);
      const { index, data } = await expanded(pack);
      const got = await run(pack, pack.index, await filesOf(pack), SPEC);
      const want = await run(pack, index, new Map([['f32', data]]), SPEC);
      expect([...got.keys()]).toEqual(['logits', 'maps1', 'maps2']);
      for (const [name, values] of want) {
        const largest = values.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
        const error = values.reduce((a, v, i) => Math.max(a, Math.abs(v - (got.get(name)?.[i] ?? Number.NaN))), 0);
        expect(error / largest, name).toBeLessThan(1e-4);
      }
    },
  );
});

describe('the head alone', () => {
  it.each([
    ['refer', 'f32', 'f32'],
    ['refer', 'q8', 'f32'],
    ['segment', 'q8', 'f32'],
    ['depth', 'q8', 'f32'],
    ['refer', 'f16', 'f16'],
  ] as const)(
    '%s, %s weights and %s activations: gives the output of the whole network, from its features and maps',
    { timeout: 120_000 },
    async (task, weights, float) => {
      const pack = await packOf(task, weights);
      const files = await filesOf(pack);
      const lowering: Lowering = { target: 'plain', float };
      const whole: GraphSpec = { graph: 'task', task, ...FRAME, outputs: ['maps', 'features'] };
      const head: GraphSpec = { graph: 'head', task, ...FRAME };
      const inside = await run(pack, pack.index, files, whole, lowering);
      const answer = await run(pack, pack.index, files, head, lowering, inside);
      expect([...answer.keys()]).toEqual([task === 'depth' ? 'depth' : 'logits']);
      // Half-precision activations are rounded where the two graphs meet, which one graph may skip.
      const bar = float === 'f16' ? 2 ** -10 : 1e-6;
      for (const [name, values] of answer) expect(relativeError(values, inside.get(name)), name).toBeLessThan(bar);

      // The head must use its inputs: other maps give another output.
      const maps = [...inside].filter(([name]) => name.startsWith('maps'));
      expect(maps.length).toBe(task === 'depth' ? 0 : 2);
      if (maps.length === 0) return;
      const without = new Map([...inside, ...maps.map(([name, values]) => [name, values.map(() => 0)] as const)]);
      const [other] = [...(await run(pack, pack.index, files, head, lowering, without)).values()];
      expect(relativeError(other, inside.get('logits'))).toBeGreaterThan(1e-3);
    },
  );

  it('has the whole network’s outputs as inputs, and none of the UNet’s weights', async () => {
    const pack = await packOf('refer', 'q8');
    const head = buildGraph(pack.config, pack.index, { graph: 'head', task: 'refer', ...FRAME }, PLAIN);
    const whole = buildGraph(
      pack.config,
      pack.index,
      { graph: 'task', task: 'refer', ...FRAME, outputs: ['maps', 'features'] },
      PLAIN,
    );
    const given = whole.outputs.filter(({ name }) => name !== 'logits');
    const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name);
    expect([...head.inputs].sort(byName)).toEqual([...given].sort(byName));
    expect(head.macs).toBeLessThan(whole.macs);
    expect(new TextDecoder('latin1').decode(head.model)).not.toContain('unet.');
  });
});

describe('half precision', () => {
  const rounding: Lowering = { target: 'plain', float: 'f32', rounding: 'f16' };

  it.each(['segment', 'refer', 'depth'] as const)(
    '%s shows the rounding of half precision without half-precision arithmetic',
    { timeout: 120_000 },
    async (task) => {
      const pack = await packOf(task, 'f16');
      const files = await filesOf(pack);
      const spec: GraphSpec = { graph: 'task', task, ...FRAME, outputs: ['features'] };
      const want = await run(pack, pack.index, files, spec);
      const got = await run(pack, pack.index, files, spec, rounding);
      for (const name of ['feature0', 'feature3']) {
        expect(relativeError(got.get(name), want.get(name)), name).toBeGreaterThan(2 ** -13);
        expect(relativeError(got.get(name), want.get(name)), name).toBeLessThan(2e-2);
      }
    },
  );

  it('shows where half precision overflows', { timeout: 120_000 }, async () => {
    const pack = await packOf('depth', 'f16');
    const files = await filesOf(pack);
    const spec: GraphSpec = { graph: 'task', task: 'depth', ...FRAME, outputs: ['features'] };
    const large = new Map([['latent', wave(4 * 8 * 16).map((value) => value * 1e6)]]);
    const finite = async (lowering: Lowering): Promise<boolean> =>
      (await run(pack, pack.index, files, spec, lowering, large)).get('feature0')?.every(Number.isFinite) ?? false;
    expect(await finite(PLAIN)).toBe(true);
    expect(await finite(rounding)).toBe(false);
  });

  it.each(['segment', 'refer', 'depth'] as const)(
    '%s stays near float32 with f16 activations',
    { timeout: 120_000 },
    async (task) => {
      const pack = await packOf(task, 'f16');
      const files = await filesOf(pack);
      const spec: GraphSpec = { graph: 'task', task, ...FRAME };
      const [got] = [...(await run(pack, pack.index, files, spec, { target: 'plain', float: 'f16' })).values()];
      const [want] = [...(await run(pack, pack.index, files, spec)).values()];
      expect(relativeError(got, want)).toBeLessThan(2e-2);
    },
  );
});

describe('sizes', () => {
  it.each([
    ['depth', 64, 64],
    ['refer', 256, 320],
    ['segment', 64, 64],
  ] as const)('%s of the 1/10-width network runs at %i×%i', { timeout: 120_000 }, async (task, height, width) => {
    const pack = await packOf(task, 'f32');
    const spec: GraphSpec = { graph: 'task', task, height, width, rows: height - 7, cols: width - 3 };
    const [values] = [...(await run(pack, pack.index, await filesOf(pack), spec)).values()];
    const planes = pack.config.tasks[task]?.head.outputs ?? 0;
    expect(values?.length).toBe(planes * (height - 7) * (width - 3));
    expect(values?.every(Number.isFinite)).toBe(true);
    expect(new Set(values).size).toBeGreaterThan(100);
  });

  it('refuses a size whose latent does not halve evenly', async () => {
    const pack = await packOf('refer', 'f32');
    expect(() => buildGraph(pack.config, pack.index, { graph: 'vae-encoder', height: 480, width: 20 }, PLAIN)).toThrow(
      'The network takes sides that are multiples of 64 px, not 20×480; the nearest legal size is 64×512.',
    );
  });

  it('refuses a task that the pack does not have', async () => {
    const pack = await packOf('refer', 'f32');
    expect(() => buildGraph(pack.config, pack.index, { ...SPEC, task: 'depth' }, PLAIN)).toThrow(
      /has no depth head; it has refer/,
    );
  });
});

describe('the WebGPU lowering', () => {
  it('keeps packed weights packed and fuses norms', async () => {
    const pack = await packOf('segment', 'q4');
    const text = new TextDecoder('latin1').decode(
      buildGraph(pack.config, pack.index, SPEC, { target: 'webgpu', float: 'f16' }).model,
    );
    for (const op of ['MatMulNBits', 'GroupNorm', 'MultiHeadAttention', 'DequantizeLinear']) expect(text).toContain(op);
    expect(text).not.toContain('InstanceNormalization');
  });
});
