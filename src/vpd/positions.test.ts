/** Positions in the embedded pack's backbone and heads. */
import * as ort from 'onnxruntime-web';
import { beforeAll, expect, test } from 'vitest';
import { TINY } from '../engine/testing/tiny-model.ts';
import { buildGraph } from './build.ts';
import type { ReferTask, VpdConfig } from './config.ts';
import type { GraphSpec, StoredTensor } from './graph.ts';
import { parametersOf } from './parameters/parameters.ts';

const SIZE = { height: 64, width: 128, rows: 64, cols: 128 };
const [DOWN, ACROSS] = [8, 16];
const position = { unit: 4 };
type Planes = Readonly<Record<string, Float32Array>>;

const product = (shape: readonly number[]): number => shape.reduce((all, side) => all * side, 1);
const wave = (count: number, phase = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((i + phase) * 12.9898));

/** Returns the x of every cell of a level, then the y: an independent implementation. */
function positionsOf(level: number): Float32Array {
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

function largestDifference(got: Planes, want: Planes): number {
  expect(Object.keys(got)).toEqual(Object.keys(want));
  const off = Object.entries(want).flatMap(([name, values]) =>
    Array.from(values, (value, i) => Math.abs((got[name]?.[i] ?? Number.NaN) - value)),
  );
  return off.reduce((a, b) => Math.max(a, b), 0);
}

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
});

test('every transformer of the UNet adds the positions of its cells to its tokens', async () => {
  const spec: GraphSpec = { graph: 'task', task: 'depth', ...SIZE, outputs: ['features'] };
  /** Weights of x and y per channel. */
  const weightsOf = (channel: number): readonly [number, number] => [channel + 1, channel % 2 ? -0.5 : 2];
  // Transformers that output only the positions.
  const weight = (name: string, shape: readonly number[]): Float32Array | undefined => {
    const [rows = 1] = shape;
    if (/\.(proj_in|to_out\.0|ff\.net\.2)\./.test(name) || name.endsWith('proj_out.bias'))
      return new Float32Array(product(shape));
    if (name.endsWith('proj_out.weight'))
      return Float32Array.from({ length: product(shape) }, (_, i) => (i % (rows + 1) === 0 ? 1 : 0));
    if (name.endsWith('place.weight'))
      return Float32Array.from({ length: 2 * rows }, (_, i) => weightsOf(i >> 1)[i % 2] ?? 0);
    return undefined;
  };
  const seen = (f0: string, f1: string) => {
    const [, , f2 = '', f3 = ''] = TINY.unet.features;
    return run({ ...TINY, unet: { ...TINY.unet, position, features: [f0, f1, f2, f3] } }, spec, {}, weight);
  };
  const [before, after] = [
    await seen('output_blocks.7.0', 'output_blocks.4.0'),
    await seen('output_blocks.7.1', 'output_blocks.4.1'),
  ];
  for (const level of [0, 1]) {
    const [name, positions] = [`feature${level}`, positionsOf(level)];
    const cells = positions.length / 2;
    const want = before[name]?.map((value, i) => {
      const [x, y] = weightsOf(Math.floor(i / cells));
      return value + x * (positions[i % cells] ?? 0) + y * (positions[cells + (i % cells)] ?? 0);
    });
    expect(want?.length).toBe(TINY.unet.channels * cells);
    expect(
      largestDifference({ [name]: after[name] ?? new Float32Array() }, { [name]: want ?? new Float32Array() }),
    ).toBeLessThan(1e-4);
  }
});

test('every level of a top-down head gets the positions of its cells as two more channels', async () => {
  const { refer } = TINY.tasks;
  if (refer?.head.kind !== 'topdown') throw new Error('TINY has no such head');
  const configOf = (task: Partial<ReferTask>): VpdConfig => ({
    ...TINY,
    tasks: { ...TINY.tasks, refer: { ...refer, maps: [0, 1, 2], ...task } },
  });
  const positioned = configOf({ tokens: 6, head: { ...refer.head, position } });
  // Two more tokens, whose maps are the positions.
  const plain = configOf({ tokens: 8 });
  const spec: GraphSpec = { graph: 'head', task: 'refer', ...SIZE };
  const maps: Planes = Object.fromEntries(
    [0, 1, 2].map((level) => [`maps${level}`, wave(6 * (DOWN >> level) * (ACROSS >> level), level)]),
  );
  const withPositions: Planes = Object.fromEntries(
    [0, 1, 2].map((level) => {
      const six = maps[`maps${level}`] ?? new Float32Array();
      return [`maps${level}`, Float32Array.of(...six, ...positionsOf(level))];
    }),
  );
  const got = await run(positioned, spec, maps, () => undefined);
  expect(largestDifference(got, await run(plain, spec, withPositions, () => undefined))).toBeLessThan(1e-4);
});
