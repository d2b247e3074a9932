import { describe, expect, test } from 'vitest';
import { toVpdError, VpdError } from '../errors.ts';
import { runDepth } from '../tasks/depth/run.ts';
import { runRefer } from '../tasks/refer/run.ts';
import { runSegment } from '../tasks/segment/run.ts';
import { FatalError, isFatal } from './fatal.ts';
import type { Job } from './job.ts';
import type { Model } from './make-session.ts';
import { createPipeline } from './pipeline.ts';
import type { Runtime } from './runtime.ts';
import { checkHalf, withCapture } from './self-check.ts';
import { testRuntime, tinyModel, watched } from './testing/tiny-model.ts';

const job = (signal?: AbortSignal): Job => ({ signal, timings: [] });

/** Half precision on a CPU: every tensor between operators is rounded. */
const rounded: Runtime = { ...testRuntime(), lowering: { target: 'plain', float: 'f32', rounding: 'f16' } };

/** The tiny model with one weight a million times larger: harmless in single precision, because norms follow. */
async function enlarged(name: string): Promise<Model> {
  const model = tinyModel();
  const tensor = model.index.get(name);
  const blob = model.files.get('tiny.safetensors');
  if (!tensor || !blob) throw new Error(`There is no ${name}.`);
  const values = new Float32Array(await blob.arrayBuffer());
  const begin = tensor.offset / 4;
  for (let i = begin; i < begin + tensor.length / 4; i++) values[i] = (values[i] ?? 0) * 1e6;
  return { ...model, files: new Map([['tiny.safetensors', new Blob([values])]]) };
}

/** A runtime whose outputs are changed. */
const broken = (change: (values: Float32Array) => void): Runtime =>
  watched(rounded, (_feeds, results) => {
    for (const { data } of Object.values(results)) if (data instanceof Float32Array) change(data);
  });

test('half precision with a small error is accepted', async () => {
  expect(await checkHalf(tinyModel(), rounded, testRuntime(), job())).toBeUndefined();
});

test.each([
  ['vae.encoder.conv_in.weight', 'overflows in encoding the photo'],
  ['unet.input_blocks.0.0.weight', 'overflows in the depth network'],
])('weights that overflow are detected: %s', async (name, verdict) => {
  expect(await checkHalf(await enlarged(name), rounded, testRuntime(), job())).toBe(verdict);
});

test('wrong kernels are detected', async () => {
  const half = broken((values) => {
    values.set(values.map((value) => value * 1.25));
  });
  expect(await checkHalf(tinyModel(), half, testRuntime(), job())).toBe('is off by 25 % in encoding the photo');
});

test('an overflow on a photo is an error that says how to avoid it', async () => {
  const pipeline = createPipeline(await enlarged('unet.input_blocks.0.0.weight'), rounded);
  const image = { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(100) };
  await expect(runDepth(pipeline, { key: 'photo:1', image }, {}, job())).rejects.toThrow(
    'Half precision overflowed in “depth” of the depth network on this photo. Compute in single precision.',
  );
});

test('without overflowAdvice an overflow is returned as it is', async () => {
  const wanted = { ...rounded, overflowAdvice: undefined };
  const pipeline = createPipeline(await enlarged('unet.input_blocks.0.0.weight'), wanted);
  const image = { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(100) };
  const { metres } = await runDepth(pipeline, { key: 'photo:1', image }, {}, job());
  expect(metres.every(Number.isFinite)).toBe(false);
});

test('an overflow is also an error if outputs are to be cached, and then none is cached', async () => {
  const pipeline = createPipeline(await enlarged('unet.input_blocks.0.0.weight'), rounded);
  const image = { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(100) };
  const photo = { key: 'photo:1', image };
  const refused = (network: string) =>
    new RegExp(`^Half precision overflowed in “\\w+” of the ${network} on this photo\\. Compute in single`);
  const find = runRefer(pipeline, photo, 'red chair', { keep: 'photo:1:refer' }, job());
  await expect(find).rejects.toThrow(refused('mask network'));
  const classes = runSegment(pipeline, photo, { keep: 'photo:1:segment' }, job());
  await expect(classes).rejects.toThrow(refused('class network'));
  await pipeline.exclusive(job(), async (stages) => {
    for (const task of ['refer', 'segment']) expect(stages.kept(`photo:1:${task}`)).toBeUndefined();
  });
});

test('a network that cannot run makes half precision unusable; a cancelled check throws', async () => {
  const half = broken(() => {
    throw new Error('shader module 7 is invalid');
  });
  expect(await checkHalf(tinyModel(), half, testRuntime(), job())).toBe('failed here (shader module 7 is invalid)');
  const stopped = checkHalf(tinyModel(), rounded, testRuntime(), job(AbortSignal.abort()));
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
});

describe('an error that is no verdict about half precision or recording is rethrown', () => {
  const device: GPUDevice = Object.create(null);
  const report = { backend: 'webgpu-f32', reason: 'A test.', threads: 1, limits: {} } as const;
  test.each([
    ['a lost device', new VpdError('device-lost', 'The graphics device was lost.')],
    ['no memory', new Error('std::bad_alloc')],
    ['an unusable runtime', new FatalError('internal', 'The runtime was aborted.')],
    ['a trap', new WebAssembly.RuntimeError('unreachable')],
  ])('%s', async (_, thrown) => {
    const half = broken(() => {
      throw thrown;
    });
    await expect(checkHalf(tinyModel(), half, testRuntime(), job())).rejects.toBe(thrown);

    const create = () => Promise.reject(thrown);
    const { ort } = rounded;
    const InferenceSession = Object.assign(Object.create(null), { create });
    const runtime = { ...rounded, ort: { ...ort, InferenceSession }, capture: { device, maxBytes: 1 } };
    const decided = withCapture(tinyModel(), { report, runtime }, job());
    const { code, message } = toVpdError(thrown);
    await expect(decided).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(isFatal(await decided.catch((found: unknown) => found))).toBe(isFatal(thrown));
  });
});
