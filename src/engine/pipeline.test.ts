import type { Tensor } from 'onnxruntime-common';
import { expect, test } from 'vitest';
import { isFatal } from './fatal.ts';
import { createPipeline, type Plane } from './pipeline.ts';
import type { Runtime } from './runtime.ts';
import { testRuntime, tinyModel } from './testing/tiny-model.ts';

/** Returns the result of a depth network whose output is this tensor. */
function depthOf(runtime: Runtime, output: () => Tensor): Promise<ReadonlyMap<string, Plane>> {
  const session = { run: async () => ({ depth: output() }), release: async () => undefined };
  const InferenceSession = Object.assign(Object.create(null), { create: async () => session });
  const pipeline = createPipeline(tinyModel(), { ...runtime, ort: { Tensor: runtime.ort.Tensor, InferenceSession } });
  return pipeline.exclusive({ timings: [] }, (stages) =>
    stages.run(
      { graph: 'task', task: 'depth', height: 64, width: 64, rows: 64, cols: 64 },
      { latent: stages.given({ dims: [1, 4, 8, 8], data: new Float32Array(256) }), scene: Int32Array.of(0) },
    ),
  );
}

test('outputs on the GPU are disposed of after they were read', async () => {
  const runtime = testRuntime();
  const { Tensor } = runtime.ort;
  const log: string[] = [];
  const onGpu = () =>
    Tensor.fromGpuBuffer(Object.create(null), {
      dataType: 'float32',
      dims: [2],
      async download() {
        log.push('read');
        return Float32Array.of(1, 2);
      },
      dispose: () => void log.push('disposed'),
    });
  const planes = await depthOf(runtime, onGpu);
  expect(planes.get('depth')).toEqual({ dims: [2], data: Float32Array.of(1, 2) });
  expect(log).toEqual(['read', 'disposed']);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('an output with %d is refused in both precisions', async (value) => {
  const runtime = testRuntime();
  const { Tensor } = runtime.ort;
  const output = () => new Tensor('float32', Float32Array.of(1, value), [2]);
  await expect(depthOf(runtime, output)).rejects.toThrow(
    'The depth network gave NaN or infinity in “depth”, in single precision too',
  );
  const half: Runtime = { ...runtime, lowering: { target: 'plain', float: 'f32', rounding: 'f16' } };
  await expect(depthOf(half, output)).rejects.toThrow('Half precision overflowed in “depth” of the depth network');
  const kept = await depthOf({ ...runtime, overflowAdvice: undefined }, output);
  expect(kept.get('depth')?.data).toEqual(Float32Array.of(1, value));
});

/** Returns a runtime whose sessions log their runs, releases and the number of the session; `run` computes what they return. */
function logging(runtime: Runtime, run: (session: number) => Promise<Record<string, Tensor>>) {
  const log: string[] = [];
  let made = 0;
  const create = async () => {
    const number = ++made;
    return {
      run() {
        log.push(`run ${number}`);
        return run(number);
      },
      release: async () => void log.push(`release ${number}`),
    };
  };
  const InferenceSession = Object.assign(Object.create(null), { create });
  return { log, runtime: { ...runtime, ort: { Tensor: runtime.ort.Tensor, InferenceSession } } };
}

/** Runs the text encoder of the tiny model on these ids. */
const encode = (pipeline: ReturnType<typeof createPipeline>, id: number) =>
  pipeline.exclusive({ timings: [] }, (stages) => stages.hidden(Int32Array.of(id)));

test('a session whose run failed is replaced, because ORT keeps the inputs of a failed run bound', async () => {
  const plain = testRuntime();
  const hidden = new plain.ort.Tensor('float32', new Float32Array(8), [1, 8]);
  const { log, runtime } = logging(plain, (session) =>
    session === 1 ? Promise.reject(new Error('a kernel failed')) : Promise.resolve({ hidden }),
  );
  const pipeline = createPipeline(tinyModel(), runtime);
  await expect(encode(pipeline, 1)).rejects.toThrow('The text encoder failed while it ran: a kernel failed');
  await encode(pipeline, 2);
  await encode(pipeline, 3);
  expect(log).toEqual(['run 1', 'release 1', 'run 2', 'run 2']);
});

test('a run before or during which the GPU ran out of memory is an error although it returned something, which is freed', async () => {
  const plain = testRuntime();
  let failed = false;
  const freed: number[] = [];
  const { log, runtime } = logging(plain, async (session) => {
    failed = session === 1;
    const dispose = () => void freed.push(session);
    const download = async () => new Float32Array(8);
    return {
      hidden: plain.ort.Tensor.fromGpuBuffer(Object.create(null), {
        dataType: 'float32',
        dims: [1, 8],
        download,
        dispose,
      }),
    };
  });
  const allocationFailed = () => {
    const was = failed;
    failed = false;
    return was;
  };
  const pipeline = createPipeline(tinyModel(), { ...runtime, allocationFailed });
  await expect(encode(pipeline, 1)).rejects.toMatchObject({
    code: 'no-memory',
    message:
      'The GPU has not enough memory for the text encoder. Close other pages, or open the model at a smaller working size.',
  });
  expect(freed).toEqual([1]);
  await encode(pipeline, 1);
  expect(log).toEqual(['run 1', 'release 1', 'run 2']);
  expect(freed).toEqual([1]);
});

test('a runtime that refuses every further session is a fatal error', async () => {
  const refused = 'another WebGPU EP inference session is being created.';
  const runtime = testRuntime();
  const InferenceSession = Object.assign(Object.create(null), { create: () => Promise.reject(new Error(refused)) });
  const pipeline = createPipeline(tinyModel(), { ...runtime, ort: { Tensor: runtime.ort.Tensor, InferenceSession } });
  const thrown = await encode(pipeline, 1).catch((error) => error);
  expect(isFatal(thrown)).toBe(true);
});
