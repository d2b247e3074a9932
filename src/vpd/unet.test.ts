/** Where the backbone is told where it looks. */
import * as ort from 'onnxruntime-web';
import { beforeAll, expect, test } from 'vitest';
import { TINY } from '../engine/tiny-model.ts';
import { buildGraph } from './build.ts';
import type { VpdConfig } from './config.ts';
import type { GraphSpec, StoredTensor } from './graph.ts';
import { parametersOf } from './parameters.ts';

const SIZE = { height: 64, width: 128, rows: 64, cols: 128 };
const [DOWN, ACROSS] = [8, 16];
const UNIT = 4;
const SPEC: GraphSpec = { graph: 'task', task: 'depth', ...SIZE, outputs: ['features'] };
const POSITION: VpdConfig = { ...TINY, unet: { ...TINY.unet, position: { unit: UNIT } } };

/** The first convolution hands the latent's channels on as they are; x goes to the first of them, −2y to the third. */
function weight(name: string, shape: readonly number[]): Float32Array {
  const count = shape.reduce((product, side) => product * side, 1);
  const values = new Float32Array(count);
  if (name === 'unet.input_blocks.0.0.weight')
    for (let channel = 0; channel < TINY.unet.latent; channel++)
      values[(channel * TINY.unet.latent + channel) * 9 + 4] = 1;
  else if (name === 'unet.position.weight') values.set([1, 0, 0, 0, 0, -2]);
  else if (name !== 'unet.input_blocks.0.0.bias')
    for (let i = 0; i < count; i++)
      values[i] = Math.sin((i + name.length) * 12.9898) * Math.sqrt((2 * (shape[0] ?? 1)) / count);
  return values;
}

async function features(config: VpdConfig, latent: Float32Array): Promise<readonly Float32Array[]> {
  const index = new Map(
    parametersOf(config).map(({ name, shape }): [string, StoredTensor] => {
      const length = 4 * shape.reduce((product, side) => product * side, 1);
      return [name, { file: name, offset: 0, length, dtype: 'F32', shape }];
    }),
  );
  const embed = ({ file, shape }: StoredTensor) => new Uint8Array(weight(file, shape).buffer);
  const { model, outputs } = buildGraph(config, index, SPEC, { target: 'plain', float: 'f32' }, { embed });
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const results = await session.run({
    latent: new ort.Tensor('float32', latent, [1, TINY.unet.latent, DOWN, ACROSS]),
    scene: new ort.Tensor('int32', new Int32Array(1), [1]),
  });
  await session.release();
  return outputs.map(({ name }) => {
    const data = results[name]?.data;
    if (!(data instanceof Float32Array)) throw new Error(`${name} is missing`);
    return data;
  });
}

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
});

test('every latent pixel brings its place from the middle along', async () => {
  const latent = Float32Array.from({ length: TINY.unet.latent * DOWN * ACROSS }, (_, i) => Math.sin(i * 0.37));
  const told = latent.map((value, i) => {
    const [channel, y, x] = [Math.floor(i / (DOWN * ACROSS)), Math.floor(i / ACROSS) % DOWN, i % ACROSS];
    const [right, down] = [(x + 0.5 - ACROSS / 2) / UNIT, (y + 0.5 - DOWN / 2) / UNIT];
    return value + (channel === 0 ? right : channel === 2 ? -2 * down : 0);
  });
  const [got, want, without] = [
    await features(POSITION, latent),
    await features(TINY, told),
    await features(TINY, latent),
  ];
  const off = (a: readonly Float32Array[]): number =>
    Math.max(
      ...a.flatMap((plane, k) => Array.from(plane, (value, i) => Math.abs(value - (want[k]?.[i] ?? Number.NaN)))),
    );
  expect(off(got)).toBeLessThan(1e-4);
  expect(off(without)).toBeGreaterThan(0.01);
});
