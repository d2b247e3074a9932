import { expect, test } from 'vitest';
import type { Job } from '../../../engine/job.ts';
import { createPipeline } from '../../../engine/pipeline.ts';
import { testRuntime, tinyModel } from '../../../engine/testing/tiny-model.ts';
import { photo } from '../../testing/photo.ts';
import { runRefer } from '../run.ts';
import { runRawMaps } from './raw-maps.ts';

test('the mean over the heads and layers of one resolution equals the head’s map', async () => {
  const pipeline = createPipeline(tinyModel(), testRuntime());
  const one = { key: 'photo:1', image: photo(128, 80) };
  const job: Job = { timings: [] };
  const { maps } = await runRefer(pipeline, one, 'red chair', {}, { timings: [] });
  const { layers } = await runRawMaps(pipeline, one, 'red chair', job);
  expect(job.timings.map(({ stage, cached }) => (cached ? `${stage} cached` : stage))).toEqual([
    'text-encoder cached',
    'vae-encoder cached',
    'build',
    'refer',
  ]);
  // Start, two words and the end; the two tokens of padding are left out.
  expect(layers.map(({ path, level, heads, tokens }) => [path, level, heads, tokens])).toEqual([
    ['input_blocks.1.1', 0, 2, 4],
    ['input_blocks.3.1', 1, 2, 4],
    ['input_blocks.5.1', 2, 2, 4],
    ['output_blocks.2.1', 2, 2, 4],
    ['output_blocks.3.1', 2, 2, 4],
    ['output_blocks.4.1', 1, 2, 4],
    ['output_blocks.5.1', 1, 2, 4],
    ['output_blocks.6.1', 0, 2, 4],
    ['output_blocks.7.1', 0, 2, 4],
  ]);
  expect(maps.length).toBe(2);
  for (const { level, width, height, data, coverX, coverY } of maps) {
    const alike = layers.filter((layer) => layer.level === level);
    for (const layer of alike)
      expect([layer.width, layer.height, layer.coverX, layer.coverY]).toEqual([width, height, coverX, coverY]);
    const size = 4 * width * height;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (const layer of alike) for (const head of [0, 1]) sum += layer.data[head * size + i] ?? Number.NaN;
      expect(sum / (2 * alike.length)).toBeCloseTo(data[i] ?? 0, 5);
    }
  }
});
