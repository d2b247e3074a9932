import { expect, test } from 'vitest';
import { createPipeline, type Plane } from '../engine/pipeline.ts';
import { testRuntime, tinyModel } from '../engine/testing/tiny-model.ts';
import { runDepth } from './depth/run.ts';
import { runRefer } from './refer/run.ts';

const pipeline = createPipeline(tinyModel(), testRuntime());
const photo = { key: 'photo:1', image: { width: 128, height: 64, data: new Uint8Array(3 * 128 * 64).fill(90) } };
const job = () => ({ timings: [] });

test('a latent and hidden states can replace the networks’ outputs, but only with the right dimensions', async () => {
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
    'The given latent has the shape [1, 4, 16, 8], but this photo, protocol and model need [1, 4, 8, 16].',
  );
  await expect(wrong({ hidden: { ...hidden, dims: [8, 6] } })).rejects.toThrow(
    'The given text encoder’s output has the shape [8, 6], but this photo, protocol and model need [6, 8].',
  );
  await expect(runDepth(pipeline, photo, { latent, flip: true }, job())).rejects.toThrow(
    'A latent was given, but “flip” also needs the latent of the mirrored photo; leave out the latent or the flip.',
  );
});
