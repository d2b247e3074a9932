import { expect, test } from 'vitest';
import type { Job } from '../engine/job.ts';
import { createPipeline, type Pipeline, type Plane } from '../engine/pipeline.ts';
import { TINY, testRuntime, tinyModel } from '../engine/testing/tiny-model.ts';
import type { VpdError } from '../errors.ts';
import { enlargeTo } from '../image/enlarge.ts';
import type { RgbImage } from '../image/rgb.ts';
import { runDepth } from './depth/run.ts';
import { runRefer } from './refer/run.ts';
import { argmaxLabels, runSegment } from './segment/run.ts';
import { photo } from './testing/photo.ts';
import { mirrorRows } from './windows.ts';

const model = tinyModel();
const open = (maxWeights?: number): Pipeline => createPipeline(model, testRuntime(maxWeights));
const job = (signal?: AbortSignal): Job => ({ signal, timings: [] });

function mirrored({ width, height, data }: RgbImage): RgbImage {
  const planes = [0, 1, 2].map((c) =>
    mirrorRows(
      Float32Array.from({ length: width * height }, (_, i) => data[3 * i + c] ?? 0),
      width,
    ),
  );
  return { width, height, data: Uint8Array.from(data, (_, i) => planes[i % 3]?.[Math.floor(i / 3)] ?? 0) };
}

const greatestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
const stagesOf = ({ timings }: Job): string[] =>
  timings.map(({ stage, cached }) => (cached ? `${stage} cached` : stage));
const problem = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'It succeeded.',
    (thrown: VpdError) => `${thrown.code}: ${thrown.message}`,
  );

test('depth has the photo’s size, and all tasks share the cached latent until the photo is forgotten', async () => {
  const pipeline = open();
  const one = { key: 'photo:1', image: photo(150, 90) };
  const [first, second, third, fourth] = [job(), job(), job(), job()];
  const depth = await runDepth(pipeline, one, {}, first);
  expect([depth.width, depth.height, depth.metres.length]).toEqual([150, 90, 13_500]);
  expect(depth.min).toBeGreaterThan(0);
  expect(depth.max).toBeLessThan(10);
  expect(depth.max - depth.min).toBeGreaterThan(0.01);
  expect(stagesOf(first)).toEqual(['build', 'vae-encoder', 'build', 'depth', 'resize']);

  const again = await runDepth(pipeline, one, { scene: 'kitchen' }, second);
  expect(stagesOf(second)).toEqual(['vae-encoder cached', 'depth', 'resize']);
  expect(greatestDifference(again.metres, depth.metres)).toBe(0);

  await runSegment(pipeline, one, {}, third);
  expect(stagesOf(third)).toEqual(['vae-encoder cached', 'build', 'segment', 'resize']);

  pipeline.forget('photo:1:');
  await runDepth(pipeline, one, {}, fourth);
  expect(stagesOf(fourth)).toEqual(['vae-encoder', 'depth', 'resize']);
});

test('the depth depends on the scene; an unknown scene is refused by name', async () => {
  const pipeline = open();
  const one = { key: 'photo:1', image: photo(96, 64) };
  const kitchen = await runDepth(pipeline, one, { scene: 'kitchen' }, job());
  const office = await runDepth(pipeline, one, { scene: 'office' }, job());
  expect(greatestDifference(kitchen.metres, office.metres)).toBeGreaterThan(1e-4);
  expect(await problem(runDepth(pipeline, one, { scene: 'moon' }, job()))).toBe(
    'bad-request: The pack knows no scene “moon”; it knows kitchen, office.',
  );
});

test('with flip, the depth of a mirrored photo is the mirrored depth', async () => {
  const pipeline = open();
  const image = photo(128, 64);
  const straight = await runDepth(pipeline, { key: 'photo:1', image }, { flip: true }, job());
  const turned = await runDepth(pipeline, { key: 'photo:2', image: mirrored(image) }, { flip: true }, job());
  expect(greatestDifference(mirrorRows(turned.metres, 128), straight.metres)).toBeLessThan(1e-4);
  const once = await runDepth(pipeline, { key: 'photo:1', image }, {}, job());
  expect(greatestDifference(once.metres, straight.metres)).toBeGreaterThan(1e-4);
});

test('outside the overlap of the paper’s two windows the depth is that of one window alone', async () => {
  const pipeline = open();
  const image = photo(640, 480);
  const whole = await runDepth(pipeline, { key: 'photo:1', image }, { protocol: 'paper' }, job());
  const left: RgbImage = { width: 480, height: 480, data: new Uint8Array(3 * 480 * 480) };
  for (let y = 0; y < 480; y++) left.data.set(image.data.subarray(3 * 640 * y, 3 * (640 * y + 480)), 3 * 480 * y);
  const window = await runDepth(pipeline, { key: 'photo:2', image: left }, { protocol: 'direct' }, job());
  const columns = (plane: Float32Array, width: number, from: number, to: number): Float32Array =>
    Float32Array.from(
      { length: 480 * (to - from) },
      (_, i) => plane[Math.floor(i / (to - from)) * width + from + (i % (to - from))] ?? 0,
    );
  expect(greatestDifference(columns(whole.metres, 640, 0, 160), columns(window.metres, 480, 0, 160))).toBeLessThan(
    1e-5,
  );
  expect(
    greatestDifference(columns(whole.metres, 640, 160, 480), columns(window.metres, 480, 160, 480)),
  ).toBeGreaterThan(1e-4);
});

test('a phrase gives probabilities, tokens, and maps that sum to one in every cell', async () => {
  const pipeline = open();
  const one = { key: 'photo:1', image: photo(128, 80) };
  const first = job();
  const seen = new Map<string, Plane>();
  const result = await runRefer(pipeline, one, 'red chair', { observe: (name, plane) => seen.set(name, plane) }, first);
  expect(stagesOf(first)).toEqual(['build', 'text-encoder', 'build', 'vae-encoder', 'build', 'refer', 'resize']);
  expect(result.tokens.map(({ kind }) => kind)).toEqual(['start', 'word', 'word', 'end', 'padding', 'padding']);
  const inside = result.probability.filter((p) => p > 0.5).length;
  expect(result.area).toBeCloseTo(inside / (128 * 80), 10);
  for (const [i, p] of result.probability.entries())
    expect(p > 0.5).toBe((result.logits[128 * 80 + i] ?? 0) > (result.logits[i] ?? 0));

  // 80 rows end in the fifth 16-pixel cell and the third 32-pixel cell; the padding to 128 is cropped.
  expect(result.maps.map(({ level, tokens, width, height }) => [level, tokens, width, height])).toEqual([
    [1, 6, 8, 5],
    [2, 6, 4, 3],
  ]);
  expect(result.maps.map(({ coverX, coverY }) => [coverX, coverY])).toEqual([
    [1, 1],
    [1, 80 / 96],
  ]);
  for (const { data, tokens, width, height } of result.maps)
    for (let cell = 0; cell < width * height; cell++) {
      let sum = 0;
      for (let token = 0; token < tokens; token++) sum += data[token * width * height + cell] ?? 0;
      expect(sum).toBeCloseTo(1, 5);
    }
  expect([...seen].map(([name, { dims }]) => [name, ...dims])).toEqual([
    ['hidden', 6, 8],
    ['latent', 1, 4, 16, 16],
    ['maps1', 6, 8, 8],
    ['maps2', 6, 4, 4],
  ]);

  const second = job();
  await runRefer(pipeline, one, 'red chair', {}, second);
  expect(stagesOf(second)).toEqual(['text-encoder cached', 'vae-encoder cached', 'refer', 'resize']);
});

test('a given latent and given hidden states replace the encoders’ outputs', async () => {
  const pipeline = open();
  const image = photo(128, 64);
  const seen = new Map<string, Plane>();
  const one = await runRefer(
    pipeline,
    { key: 'photo:1', image },
    'chair',
    { observe: (name, plane) => seen.set(name, plane) },
    job(),
  );
  const [latent, hidden] = [seen.get('latent'), seen.get('hidden')];
  if (!latent || !hidden) throw new Error('Both were observed.');
  const given = job();
  const two = await runRefer(pipeline, { key: 'photo:2', image: photo(128, 64) }, undefined, { latent, hidden }, given);
  expect(stagesOf(given)).toEqual(['refer', 'resize']);
  expect(greatestDifference(one.logits, two.logits)).toBe(0);
  expect(
    await problem(runDepth(pipeline, { key: 'photo:3', image: photo(640, 480) }, { protocol: 'paper', latent }, job())),
  ).toBe('bad-request: A latent was given, but this protocol cuts the photo into 2 windows; use “fit” or “direct”.');
});

test('classes: every pixel has the label of its largest logit, and the areas sum to one', async () => {
  const pipeline = open();
  const seen = new Map<string, Plane>();
  const one = { key: 'photo:1', image: photo(128, 128) };
  const result = await runSegment(pipeline, one, { observe: (name, plane) => seen.set(name, plane) }, job());
  const logits = seen.get('logits');
  if (!logits) throw new Error('Logits were observed.');
  const size = 128 * 128;
  for (let i = 0; i < size; i += 97) {
    const values = [0, 1, 2].map((c) => logits.data[c * size + i] ?? 0);
    expect(result.labels[i]).toBe(values.indexOf(Math.max(...values)));
  }
  expect(result.present.reduce((sum, { area }) => sum + area, 0)).toBeCloseTo(1, 10);
  expect(result.present.map(({ name, index }) => TINY.tasks.segment?.classes[index] === name)).not.toContain(false);
  const capped = await runSegment(pipeline, one, { maxSide: 32 }, job());
  expect([capped.width, capped.height, capped.labels.length]).toEqual([32, 32, 1024]);
});

test('with a guided filter results follow the photo, except in the papers’ protocols and at the network’s size', async () => {
  const guided = { radius: 4, epsilon: 1e-3 };
  const { depth, refer, segment } = TINY.tasks;
  if (!depth || !refer || !segment) throw new Error('The tiny model lacks a task.');
  const tasks = { depth: { ...depth, guided }, refer: { ...refer, guided }, segment: { ...segment, guided } };
  const [plain, filtered] = [open(), createPipeline({ ...model, config: { ...TINY, tasks } }, testRuntime())];
  const one = { key: 'photo:1', image: photo(150, 90) };
  for (const [options, same] of [
    [{}, false],
    [{ protocol: 'direct' }, true],
    [{ atInputSize: true }, true],
  ] as const) {
    const [a, b] = [await runDepth(plain, one, options, job()), await runDepth(filtered, one, options, job())];
    expect(greatestDifference(a.metres, b.metres) === 0, `depth ${JSON.stringify(options)}`).toBe(same);
    const [c, d] = [
      await runRefer(plain, one, 'red', options, job()),
      await runRefer(filtered, one, 'red', options, job()),
    ];
    expect(greatestDifference(c.logits, d.logits) === 0, `mask ${JSON.stringify(options)}`).toBe(same);
  }
  const labels = async (pipeline: Pipeline, protocol: 'fit' | 'direct') =>
    (await runSegment(pipeline, one, { protocol }, job())).labels;
  expect(await labels(filtered, 'fit')).not.toEqual(await labels(plain, 'fit'));
  expect(await labels(filtered, 'direct')).toEqual(await labels(plain, 'direct'));
});

test('along the photo’s edges, classes that are nowhere the largest are left out, and indices stay those of all classes', () => {
  const logits = { channels: 3, width: 2, height: 1, data: Float32Array.of(3, 0, 1, 1, 0, 3) };
  const enlarge = enlargeTo(photo(4, 1), logits, { width: 4, height: 1 }, { guided: { radius: 1, epsilon: 1 } });
  const asked: number[] = [];
  const labels = argmaxLabels(logits, (plane) => {
    const found = enlarge(plane);
    return {
      ...found,
      enlarged() {
        asked.push(plane[0] ?? 0);
        return Float32Array.of(plane[0] ?? 0, 0, 0, plane[1] ?? 0);
      },
    };
  });
  expect([labels[0], labels[3]]).toEqual([0, 2]);
  expect(asked).not.toContain(1);
});

test('the index of the largest logit after the planes are enlarged', () => {
  const logits = { channels: 2, width: 2, height: 1, data: Float32Array.of(1, 0, 0, 1) };
  const enlarge = enlargeTo(photo(4, 1), logits, { width: 4, height: 1 }, {});
  expect([...argmaxLabels(logits, enlarge)]).toEqual([0, 0, 1, 1]);
});

test('jobs run one at a time: a cancelled one never starts, and a failed one does not fail the others', async () => {
  const pipeline = open();
  const one = { key: 'photo:1', image: photo(128, 64) };
  const stop = new AbortController();
  const waiting = job(stop.signal);
  const depth = runDepth(pipeline, one, {}, job());
  const failing = problem(
    runSegment(
      pipeline,
      { key: 'photo:2', image: photo(600, 400) },
      { protocol: 'paper', latent: { dims: [1], data: new Float32Array(1) } },
      job(),
    ),
  );
  const cancelled = problem(runDepth(pipeline, one, {}, waiting));
  const segment = runSegment(pipeline, one, {}, job());
  stop.abort();
  expect((await depth).width).toBe(128);
  expect(await failing).toMatch(/^bad-request: A latent was given/);
  expect(await cancelled).toBe('cancelled: Cancelled.');
  expect(waiting.timings).toEqual([]);
  expect((await segment).width).toBe(128);
});

test('a job that is cancelled while it runs stops at the next stage', async () => {
  const pipeline = open();
  const stop = new AbortController();
  const running: Job = {
    signal: stop.signal,
    timings: [],
    onProgress: ({ label }) => {
      if (label === 'Preparing the depth network') stop.abort();
    },
  };
  expect(await problem(runDepth(pipeline, { key: 'photo:1', image: photo(128, 64) }, {}, running))).toBe(
    'cancelled: Cancelled.',
  );
  expect(stagesOf(running)).toEqual(['build', 'vae-encoder', 'build']);
});

test('sessions beyond the limit are released and created again, with the same result', async () => {
  const pipeline = open(1);
  const one = { key: 'photo:1', image: photo(128, 64) };
  const [first, second] = [job(), job()];
  const before = await runDepth(pipeline, one, {}, first);
  await runSegment(pipeline, one, {}, job());
  const after = await runDepth(pipeline, one, {}, second);
  expect(stagesOf(second)).toEqual(['vae-encoder cached', 'build', 'depth', 'resize']);
  expect(greatestDifference(before.metres, after.metres)).toBe(0);
});

test('a task that the pack does not have is refused', async () => {
  const { depth: _, ...tasks } = TINY.tasks;
  const pipeline = createPipeline({ ...model, config: { ...TINY, tasks } }, testRuntime());
  expect(await problem(runDepth(pipeline, { key: 'photo:1', image: photo(128, 64) }, {}, job()))).toBe(
    'missing: The pack “tiny” has no depth head; open a pack that lists the task “depth”.',
  );
});
