import { expect, test } from 'vitest';
import { createPipeline, type Plane } from '../engine/pipeline.ts';
import { testRuntime, tinyModel } from '../engine/testing/tiny-model.ts';
import { runDepth } from './depth/run.ts';
import { runRefer } from './refer/run.ts';

const pipeline = createPipeline(tinyModel(), testRuntime());
const photo = { key: 'photo:1', image: { width: 128, height: 64, data: new Uint8Array(3 * 128 * 64).fill(90) } };
const job = () => ({ timings: [] });

test('a latent and hidden states can take the place of the networks’ outputs, with the right dimensions only', async () => {
  const seen = new Map<string, Plane>();
  const observe = (name: string, { dims, data }: Plane) => void seen.set(name, { dims, data: data.slice() });
  const { logits } = await runRefer(pipeline, photo, 'red', { observe }, job());
  const { latent, hidden } = Object.fromEntries(seen);
  if (!latent || !hidden) throw new Error('Nothing was observed.');
  expect([latent.dims, hidden.dims]).toEqual([
    [1, 4, 8, 16],
    [6, 8],
  ]);
  expect((await runRefer(pipeline, photo, undefined, { latent, hidden }, job())).logits).toEqual(logits);
  const wrong = (given: object) => runRefer(pipeline, photo, undefined, { latent, hidden, ...given }, job());
  await expect(wrong({ latent: { ...latent, dims: [1, 4, 16, 8] } })).rejects.toThrow(
    'The latent given is [1, 4, 16, 8], and [1, 4, 8, 16] is what this photo, protocol and model take.',
  );
  await expect(wrong({ hidden: { ...hidden, dims: [8, 6] } })).rejects.toThrow(
    'The text encoder’s output given is [8, 6], and [6, 8] is what this photo, protocol and model take.',
  );
  await expect(runDepth(pipeline, photo, { latent, flip: true }, job())).rejects.toThrow(
    'A latent was given, but it is not that of the mirrored photo, which has one of its own; leave out one of the two.',
  );
});
