import * as ort from 'onnxruntime-web';
import { beforeAll, expect, test } from 'vitest';
import { GraphBuilder, type NodeOptions, type Value } from '../../onnx/builder.ts';
import { ELEMENT_TYPE, type ElementType } from '../../onnx/types.ts';
import type { StoredTensor } from '../graph.ts';
import { type Context, cast } from './context.ts';
import { groupNorm } from './norm.ts';

const CHANNELS = 8;
const DIMS = [1, CHANNELS, 16, 16];
const COUNT = CHANNELS * 16 * 16;
const stored = (offset: number): StoredTensor => ({ file: 'w', offset, length: 32, dtype: 'F32', shape: [CHANNELS] });

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
});

/** Rounds all half-precision tensors of a graph: ORT's wasm runtime otherwise computes them in single precision where it can. */
class HalfBuilder extends GraphBuilder {
  override node(op: string, inputs: readonly (Value | undefined)[], options: NodeOptions): Value {
    const type = options.type ?? inputs[0]?.type ?? 'float32';
    const [first] = inputs;
    const value = op === 'Cast' && first ? first : super.node(op, inputs, { ...options, type: 'float32' });
    if (type !== 'float16') return { ...value, type };
    const to = (from: Value, kind: ElementType): Value =>
      super.node('Cast', [from], { dims: from.dims, type: kind, attributes: { to: ELEMENT_TYPE[kind] } });
    return { ...to(to(value, 'float16'), 'float32'), type };
  }
}

async function normed(float: Context['float'], values: Float32Array): Promise<Float32Array> {
  const graph = new HalfBuilder();
  const ctx: Context = {
    graph,
    float,
    lowering: { target: 'plain', float: float === 'float16' ? 'f16' : 'f32' },
    weights: new Map([
      ['n.weight', stored(0)],
      ['n.bias', stored(32)],
    ]),
    embed: ({ offset }) => new Uint8Array(new Float32Array(CHANNELS).fill(offset === 0 ? 1 : 0).buffer),
  };
  const x = cast(ctx, graph.input('x', 'float32', DIMS), float);
  graph.output(cast(ctx, groupNorm(ctx, x, 'n', { groups: 2, eps: 1e-5 }), 'float32'), 'y');
  const session = await ort.InferenceSession.create(graph.finish('norm').model, { executionProviders: ['wasm'] });
  const { y } = await session.run({ x: new ort.Tensor('float32', values, DIMS) });
  await session.release();
  return y?.data instanceof Float32Array ? y.data : new Float32Array();
}

test.each([100, 300, 30_000])('group norm in half precision, of values up to %d', async (amplitude) => {
  const values = Float32Array.from({ length: COUNT }, (_, i) => amplitude * Math.sin(i * 0.37));
  const want = await normed('float32', values);
  const got = await normed('float16', values);
  expect(Math.max(...want)).toBeGreaterThan(1);
  const error = want.reduce((most, value, i) => Math.max(most, Math.abs(value - (got[i] ?? Number.NaN))), 0);
  expect(error).toBeLessThan(0.005);
});
