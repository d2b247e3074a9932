import { expect, test } from 'vitest';
import type { Job } from '../engine/job.ts';
import { createPipeline } from '../engine/pipeline.ts';
import { testRuntime, tinyModel, watched } from '../engine/testing/tiny-model.ts';
import { runDepth } from './depth/run.ts';
import { runRefer } from './refer/run.ts';

const job = (): Job => ({ timings: [] });
const photo = (key: string) => ({ key, image: { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(90) } });

test('each network runs only when its inputs have changed', { timeout: 60_000 }, async () => {
  const ran: string[] = [];
  const runtime = watched(testRuntime(), (feeds) => ran.push(Object.keys(feeds).sort().join('+')));
  const pipeline = createPipeline(tinyModel(), runtime);
  const since = (): string[] => ran.splice(0);

  await runRefer(pipeline, photo('photo:1'), 'red chair', {}, job());
  expect(since()).toEqual(['ids', 'image', 'hidden+latent']);
  // Another prompt: the text encoder and the network of UNet and head run; the photo's latent is cached.
  await runRefer(pipeline, photo('photo:1'), 'chair', {}, job());
  expect(since()).toEqual(['ids', 'hidden+latent']);
  // A prompt that was encoded before, on another photo.
  await runRefer(pipeline, photo('photo:2'), 'red chair', {}, job());
  expect(since()).toEqual(['image', 'hidden+latent']);
  await runDepth(pipeline, photo('photo:1'), {}, job());
  expect(since()).toEqual(['latent+scene']);
  await runDepth(pipeline, photo('photo:1'), { scene: 'office' }, job());
  expect(since()).toEqual(['latent+scene']);
});
