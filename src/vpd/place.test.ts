/** The embedded pack's backbone and heads are told where they look. */
import * as ort from 'onnxruntime-web';
import { beforeAll, expect, test } from 'vitest';
import { TINY } from '../engine/tiny-model.ts';
import { buildGraph } from './build.ts';
import type { ReferTask, VpdConfig } from './config.ts';
import type { GraphSpec, StoredTensor } from './graph.ts';
import { parametersOf } from './parameters.ts';

const SIZE = { height: 64, width: 128, rows: 64, cols: 128 };
const [DOWN, ACROSS] = [8, 16];
const position = { unit: 4 };
type Planes = Readonly<Record<string, Float32Array>>;

const product = (shape: readonly number[]): number => shape.reduce((all, side) => all * side, 1);
const wave = (count: number, phase = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((i + phase) * 12.9898));

/** x of every cell of a level, then y, written down anew. */
function places(level: number): Float32Array {
  const [down, across] = [DOWN >> level, ACROSS >> level];
  return Float32Array.from({ length: 2 * down * across }, (_, i) => {
    const cell = i % (down * across);
    const [at, side] = i < down * across ? [cell % across, across] : [Math.floor(cell / across), down];
    return ((at + 0.5 - side / 2) * 2 ** level) / position.unit;
  });
}

async function run(
  config: VpdConfig,
  spec: GraphSpec,
  given: Planes,
  weight: (name: string, shape: readonly number[]) => Float32Array | undefined,
): Promise<Planes> {
  const index = new Map(
    parametersOf(config).map(({ name, shape }): [string, StoredTensor] => {
      return [name, { file: name, offset: 0, length: 4 * product(shape), dtype: 'F32', shape }];
    }),
  );
  const embed = ({ file, shape }: StoredTensor): Uint8Array => {
    const scale = Math.sqrt((2 * (shape[0] ?? 1)) / product(shape));
    const values = weight(file, shape) ?? wave(product(shape), file.length).map((value) => value * scale);
    return new Uint8Array(values.buffer);
  };
  const built = buildGraph(config, index, spec, { target: 'plain', float: 'f32' }, { embed });
  const session = await ort.InferenceSession.create(built.model, { executionProviders: ['wasm'] });
  const feeds = built.inputs.map(({ name, type, dims }) => {
    const values = type === 'int32' ? new Int32Array(product(dims)) : (given[name] ?? wave(product(dims), name.length));
    return [name, new ort.Tensor(type, values, dims)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(
    built.outputs.map(({ name }) => {
      const data = results[name]?.data;
      if (!(data instanceof Float32Array)) throw new Error(`${name} is missing`);
      return [name, data];
    }),
  );
}

function furthest(got: Planes, want: Planes): number {
  expect(Object.keys(got)).toEqual(Object.keys(want));
  const off = (name: string) => got[name]?.map((value, i) => Math.abs(value - (want[name]?.[i] ?? Number.NaN))) ?? [];
  return Object.keys(want).reduce((most, name) => off(name).reduce((a, b) => Math.max(a, b), most), 0);
}

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
});

test('the first activation of the backbone has the place of every latent pixel in it', async () => {
  const spec: GraphSpec = { graph: 'task', task: 'depth', ...SIZE, outputs: ['features'] };
  const cells = DOWN * ACROSS;
  // The first convolution hands the latent on as it is: what is added after it may as well be added before.
  const weight = (name: string, shape: readonly number[]): Float32Array | undefined => {
    if (name === 'unet.position.weight')
      return Float32Array.from({ length: product(shape) }, (_, i) => [1, 0, 0, 0, 0, -2][i] ?? 0);
    if (name === 'unet.input_blocks.0.0.bias') return new Float32Array(product(shape));
    if (name !== 'unet.input_blocks.0.0.weight') return undefined;
    const values = new Float32Array(product(shape));
    for (let channel = 0; channel < TINY.unet.latent; channel++)
      values[(channel * TINY.unet.latent + channel) * 9 + 4] = 1;
    return values;
  };
  const latent = wave(TINY.unet.latent * cells);
  const place = places(0);
  const moved = latent.map((value, i) => {
    const channel = Math.floor(i / cells);
    if (channel === 0) return value + (place[i] ?? 0);
    return channel === 2 ? value - 2 * (place[cells + (i % cells)] ?? 0) : value;
  });
  const told = { ...TINY, unet: { ...TINY.unet, position } };
  const want = await run(TINY, spec, { latent: moved }, weight);
  expect(furthest(await run(told, spec, { latent }, weight), want)).toBeLessThan(1e-4);
  expect(furthest(await run(TINY, spec, { latent }, weight), want)).toBeGreaterThan(0.01);
});

test('every level of a top-down head has the place of its cells beside its features and maps', async () => {
  const { refer } = TINY.tasks;
  if (refer?.head.kind !== 'topdown') throw new Error('TINY has no such head');
  const configOf = (task: Partial<ReferTask>): VpdConfig => ({
    ...TINY,
    tasks: { ...TINY.tasks, refer: { ...refer, maps: [0, 1, 2], ...task } },
  });
  const told = configOf({ tokens: 6, head: { ...refer.head, position } });
  // Two tokens more, whose maps are the places.
  const plain = configOf({ tokens: 8 });
  const spec: GraphSpec = { graph: 'head', task: 'refer', ...SIZE };
  const maps: Planes = Object.fromEntries(
    [0, 1, 2].map((level) => [`maps${level}`, wave(6 * (DOWN >> level) * (ACROSS >> level), level)]),
  );
  const withPlaces: Planes = Object.fromEntries(
    [0, 1, 2].map((level) => {
      const six = maps[`maps${level}`] ?? new Float32Array();
      return [`maps${level}`, Float32Array.of(...six, ...places(level))];
    }),
  );
  const got = await run(told, spec, maps, () => undefined);
  expect(furthest(got, await run(plain, spec, withPlaces, () => undefined))).toBeLessThan(1e-4);
});
