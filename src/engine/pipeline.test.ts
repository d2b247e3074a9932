import type { Tensor } from 'onnxruntime-common';
import { expect, test } from 'vitest';
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
    'The depth network gave NaN or infinity in "depth", in single precision too',
  );
  const half: Runtime = { ...runtime, lowering: { target: 'plain', float: 'f32', rounding: 'f16' } };
  await expect(depthOf(half, output)).rejects.toThrow('Half precision overflowed in "depth" of the depth network');
  const kept = await depthOf({ ...runtime, overflowAdvice: undefined }, output);
  expect(kept.get('depth')?.data).toEqual(Float32Array.of(1, value));
});
