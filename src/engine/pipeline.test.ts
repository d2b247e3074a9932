import { expect, test } from 'vitest';
import { createPipeline } from './pipeline.ts';
import { testRuntime, tinyModel } from './testing/tiny-model.ts';

test('what a run gives on the GPU is given back once it was read', async () => {
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
      dispose: () => void log.push('given back'),
    });
  const session = { run: async () => ({ depth: onGpu() }), release: async () => undefined };
  const InferenceSession = Object.assign(Object.create(null), { create: async () => session });
  const pipeline = createPipeline(tinyModel(), { ...runtime, ort: { Tensor, InferenceSession } });
  const planes = await pipeline.exclusive({ timings: [] }, (stages) =>
    stages.run(
      { graph: 'task', task: 'depth', height: 64, width: 64, rows: 64, cols: 64 },
      { latent: stages.given({ dims: [1, 4, 8, 8], data: new Float32Array(256) }), scene: Int32Array.of(0) },
    ),
  );
  expect(planes.get('depth')).toEqual({ dims: [2], data: Float32Array.of(1, 2) });
  expect(log).toEqual(['read', 'given back']);
});
