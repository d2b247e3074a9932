import { expect, test } from 'vitest';
import type { Job } from '../../engine/job.ts';
import { createPipeline } from '../../engine/pipeline.ts';
import { testRuntime, tinyModel } from '../../engine/testing/tiny-model.ts';
import type { VpdError } from '../../errors.ts';
import { photo as testPhoto } from '../testing/photo.ts';
import { keptOutputsKey, labelMoves, runClassAblation } from './ablate.ts';
import { labelsKey, runSegment } from './run.ts';

const [WIDTH, HEIGHT] = [128, 80] as const;
const job = (): Job => ({ timings: [] });
const photo = { key: 'photo:1', image: testPhoto(WIDTH, HEIGHT) };

test('after a run of the task only the head runs; areas sum to the share of pixels that changed', async () => {
  const pipeline = createPipeline(tinyModel(), testRuntime());
  const whole = await runSegment(pipeline, photo, { keep: keptOutputsKey(photo, {}) }, job());
  const first = job();
  const without = await runClassAblation(pipeline, photo, [0, 2], {}, first);
  expect(first.timings.map(({ stage }) => stage)).toEqual(['build', 'head', 'resize']);
  expect(without.labels).toHaveLength(WIDTH * HEIGHT);
  let different = 0;
  without.labels.forEach((label, i) => {
    if (label !== whole.labels[i]) different++;
  });
  expect(different).toBeGreaterThan(0);
  expect(without.changed).toBeCloseTo(different / (WIDTH * HEIGHT), 10);
  expect(without.moves.reduce((sum, { area }) => sum + area, 0)).toBeCloseTo(without.changed, 10);

  // Nothing is kept in a new pipeline: all networks run, with the same result.
  const fresh = job();
  const other = createPipeline(tinyModel(), testRuntime());
  const again = await runClassAblation(other, photo, [0, 2], {}, fresh);
  expect(fresh.timings.map(({ stage }) => stage)).toContain('segment');
  expect(again.labels).toEqual(without.labels);
});

test('the head’s inputs and the labels are kept, not the logits', async () => {
  const pipeline = createPipeline(tinyModel(), testRuntime());
  const keep = keptOutputsKey(photo, {});
  const whole = await runSegment(pipeline, photo, { keep }, job());
  const { kept, keptBytes } = await pipeline.exclusive(job(), async (stages) => ({
    kept: [...(stages.kept(keep)?.keys() ?? [])].sort(),
    keptBytes: stages.keptBytes(labelsKey(keep, whole)),
  }));
  expect(kept).toEqual(['feature0', 'feature1', 'feature2', 'feature3', 'maps1', 'maps2']);
  expect(keptBytes).toEqual(whole.labels);
  // The buffers of results are transferred to the page; those of kept labels are not.
  expect(keptBytes?.buffer).not.toBe(whole.labels.buffer);

  // Labels of another size are not kept, so the network runs again.
  const smaller = job();
  await runClassAblation(pipeline, photo, [0], { maxSide: 64 }, smaller);
  expect(smaller.timings.filter(({ stage }) => stage === 'segment')).toHaveLength(1);

  pipeline.forget('photo:1:');
  const gone = await pipeline.exclusive(job(), async (stages) => [
    stages.kept(keep),
    stages.keptBytes(labelsKey(keep, whole)),
  ]);
  expect(gone).toEqual([undefined, undefined]);
});

test('moves between labels, with their areas', () => {
  const moves = labelMoves(Uint8Array.of(0, 0, 0, 1, 1, 2, 2, 2), Uint8Array.of(0, 1, 1, 1, 0, 2, 2, 2));
  expect(moves).toEqual([
    { from: 0, to: 1, area: 2 / 8 },
    { from: 1, to: 0, area: 1 / 8 },
  ]);
});

test.each([
  [[], 'bad-request: No class was given to leave out; name classes from 0 to 2.'],
  [[3], 'bad-request: There is no class 3 to leave out; name classes from 0 to 2.'],
])('refuses classes %j', async (classes, sentence) => {
  const said = await runClassAblation(createPipeline(tinyModel(), testRuntime()), photo, classes, {}, job()).then(
    () => 'It succeeded.',
    ({ code, message }: VpdError) => `${code}: ${message}`,
  );
  expect(said).toBe(sentence);
});
