import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { difference } from '../difference.ts';
import { runDepth } from '../tasks/depth/run.ts';
import { runRefer } from '../tasks/refer/run.ts';
import type { Job } from './job.ts';
import { createPipeline } from './pipeline.ts';
import type { DeviceReport } from './results.ts';
import { withCapture } from './self-check.ts';
import { capturing, GPU_GLOBALS, memoryGpu, type Replay } from './testing/memory-gpu.ts';
import { testRuntime, tinyModel } from './testing/tiny-model.ts';
import { mergeTimings } from './timings.ts';

const job = (): Job => ({ timings: [] });
const photo = (key: string, shade: number) => ({
  key,
  image: { width: 64, height: 64, data: Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => shade + (i % 50)) },
});
const report: DeviceReport = { backend: 'webgpu-f32', reason: 'WebGPU in single precision.', threads: 1, limits: {} };

beforeAll(() => {
  for (const [name, value] of Object.entries(GPU_GLOBALS)) vi.stubGlobal(name, value);
});
afterAll(() => {
  vi.unstubAllGlobals();
});

test('recorded networks give the results of plain ones, for several photos and prompts', async () => {
  const gpu = memoryGpu();
  const plain = createPipeline(tinyModel(), testRuntime());
  const recorded = createPipeline(tinyModel(), capturing(testRuntime(), gpu));
  const off = (a: ArrayLike<number>, b: ArrayLike<number>): number => difference('output', a, b).relative;
  for (const [key, shade] of [
    ['photo:1', 20],
    ['photo:2', 180],
  ] as const) {
    const want = await runDepth(plain, photo(key, shade), {}, job());
    const got = await runDepth(recorded, photo(key, shade), {}, job());
    expect(off(got.metres, want.metres)).toBeLessThan(1e-6);
    for (const prompt of ['red chair', 'chair']) {
      const masks = await runRefer(plain, photo(key, shade), prompt, {}, job());
      const again = await runRefer(recorded, photo(key, shade), prompt, {}, job());
      expect(off(again.probability, masks.probability)).toBeLessThan(1e-6);
    }
  }
  // Outputs to the CPU use existing staging buffers; a latent, which another network reads, gets a new buffer.
  const before = gpu.made();
  await runDepth(recorded, photo('photo:1', 20), { scene: 'office' }, job());
  expect(gpu.made() - before).toBe(0);
  await runDepth(recorded, photo('photo:3', 90), {}, job());
  expect(gpu.made() - before).toBe(1);
  await recorded.release();
  await vi.waitFor(() => expect(gpu.live()).toBe(0));
});

test('the least recently used recording is evicted', async () => {
  const gpu = memoryGpu();
  const plain = createPipeline(tinyModel(), testRuntime());
  const recorded = createPipeline(tinyModel(), capturing(testRuntime(), gpu, 'true', 1));
  const live: number[] = [];
  for (const [i, [width, height]] of (
    [
      [64, 64],
      [128, 64],
      [64, 128],
    ] as const
  ).entries()) {
    const image = { width, height, data: new Uint8Array(3 * width * height).fill(90) };
    const got = await runDepth(recorded, { key: `photo:${i}`, image }, {}, job());
    const want = await runDepth(plain, { key: `photo:${i}`, image }, {}, job());
    expect(difference('metres', got.metres, want.metres).relative).toBeLessThan(1e-6);
    live.push(gpu.live());
  }
  // Each photo adds one buffer, its latent.
  expect(live.map((count, i) => count - i - (live[0] ?? 0))).toEqual([0, 0, 0]);
});

test.each<readonly [Replay, string]>([
  ['true', 'on'],
  ['stale', 'off, because a replay of “latent” did not see its input'],
  ['drifting', 'off, because a replay of “latent” was off by 20 %'],
  ['refused', 'off, because a kernel is not on the GPU'],
])('a recording that is %s is reported in the reason', async (replay, state) => {
  const gpu = memoryGpu();
  const given = { report, runtime: capturing(testRuntime(), gpu, replay) };
  const decided = await withCapture(tinyModel(), given, job());
  expect(decided.report.reason).toBe(`WebGPU in single precision. Graph capture is ${state}.`);
  expect(decided.runtime.capture !== undefined).toBe(replay === 'true');
  await vi.waitFor(() => expect(gpu.live(), 'nothing is left on the GPU').toBe(0));
});

test('a failed check turns recording off; a cancelled one throws', async () => {
  const given = { report, runtime: capturing(testRuntime(), memoryGpu(), 'refused') };
  const broken = { ...tinyModel(), files: new Map() };
  const decided = await withCapture(broken, given, job());
  expect(decided.report.reason).toBe(
    'WebGPU in single precision. Graph capture is off, because it failed here (The pack’s file tiny.safetensors is not open, but the vae-encoder graph reads it.).',
  );
  expect(decided.runtime.capture).toBeUndefined();
  const cancelled = withCapture(tinyModel(), given, { timings: [], signal: AbortSignal.abort() });
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
});

test('without a GPU, or if recordings would be too large, networks run without recording', async () => {
  const wasm = await withCapture(tinyModel(), { report, runtime: testRuntime() }, job());
  expect(wasm.report.reason).toMatch(/Graph capture is off, because it needs WebGPU\.$/);

  const model = tinyModel();
  const config = { ...model.config, working: { longSide: 2048, multiple: 1024 } };
  const given = { report, runtime: capturing(testRuntime(), memoryGpu()) };
  const large = await withCapture({ ...model, config }, given, job());
  expect(large.report.reason).toMatch(
    /Graph capture is off, because a recording of the photo encoder would keep \d{4} MB, more than the allowed 512 MB\.$/,
  );
  expect(large.runtime.capture).toBeUndefined();
});

test('a network whose later recording fails its check runs without recording', async () => {
  const want = await runDepth(createPipeline(tinyModel(), testRuntime()), photo('photo:1', 20), {}, job());
  const gpu = memoryGpu();
  const pipeline = createPipeline(tinyModel(), capturing(testRuntime(), gpu, 'stale'));
  const got = await runDepth(pipeline, photo('photo:1', 20), {}, job());
  const notes = got.timings.flatMap(({ note = [] }) => note);
  expect(notes).toContain('The depth network is not recorded, because a replay of “depth” did not see its input.');
  expect(mergeTimings(got.timings).find(({ stage }) => stage === 'build')?.note).toBe(notes.join(' '));
  expect(difference('metres', got.metres, want.metres).relative).toBeLessThan(1e-6);
  await vi.waitFor(() => expect(gpu.live()).toBe(0));
});

test('a job that is cancelled while its network is recorded stops before the next run, and leaves nothing on the GPU', async () => {
  const gpu = memoryGpu();
  const runtime = capturing(testRuntime(), gpu);
  const stop = new AbortController();
  let runs = 0;
  const { create } = runtime.ort.InferenceSession;
  const counted = async (...given: Parameters<typeof create>) => {
    const session = await create(...given);
    const run = (...inputs: Parameters<typeof session.run>) => {
      runs++;
      stop.abort();
      return session.run(...inputs);
    };
    return Object.assign(Object.create(null), { run, release: () => session.release() });
  };
  const InferenceSession = Object.assign(Object.create(null), { create: counted });
  const pipeline = createPipeline(tinyModel(), { ...runtime, ort: { ...runtime.ort, InferenceSession } });
  await expect(
    runDepth(pipeline, photo('photo:1', 20), {}, { timings: [], signal: stop.signal }),
  ).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(runs).toBe(1);
  await vi.waitFor(() => expect(gpu.live()).toBe(0));
});
