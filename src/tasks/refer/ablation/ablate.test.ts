import { expect, test } from 'vitest';
import type { Job } from '../../../engine/job.ts';
import { createPipeline } from '../../../engine/pipeline.ts';
import { testRuntime, tinyModel } from '../../../engine/testing/tiny-model.ts';
import type { VpdError } from '../../../errors.ts';
import { readPrompt } from '../../prompt.ts';
import { withoutTokens } from '../../rerun-head.ts';
import { photo } from '../../testing/photo.ts';
import { runRefer } from '../run.ts';
import { keptOutputsKey, runAblation, tokensOfWords } from './ablate.ts';

const PROMPT = 'red chair';
const model = tinyModel();
const job = (): Job => ({ timings: [] });
const stagesOf = ({ timings }: Job): string[] =>
  timings.map(({ stage, cached }) => (cached ? `${stage} cached` : stage));
const greatestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);

async function found() {
  const pipeline = createPipeline(model, testRuntime());
  const one = { key: 'photo:1', image: photo(128, 80) };
  const keep = keptOutputsKey(one, await readPrompt(model.config, PROMPT), {});
  return { pipeline, one, whole: await runRefer(pipeline, one, PROMPT, { keep }, job()) };
}

test('after a search only the head runs; the result depends on the token left out, and is repeatable', async () => {
  const { pipeline, one, whole } = await found();
  const [first, second] = [job(), job()];
  const red = await runAblation(pipeline, one, PROMPT, [1], {}, first);
  expect(stagesOf(first)).toEqual(['build', 'head', 'resize']);
  expect([red.width, red.height]).toEqual([128, 80]);
  expect(greatestDifference(red.probability, whole.probability)).toBeGreaterThan(1e-5);
  const inside = red.probability.filter((p) => p > 0.5).length;
  expect(red.area).toBeCloseTo(inside / (128 * 80), 10);

  const chair = await runAblation(pipeline, one, PROMPT, [2], {}, second);
  expect(stagesOf(second)).toEqual(['head', 'resize']);
  expect(greatestDifference(red.probability, chair.probability)).toBeGreaterThan(1e-5);
  const again = await runAblation(pipeline, one, PROMPT, [1], {}, job());
  expect(greatestDifference(red.probability, again.probability)).toBe(0);
  // The search's result, which the page owns, is not changed by the ablations.
  const fresh = await runRefer(pipeline, one, PROMPT, {}, job());
  expect(whole.maps).toEqual(fresh.maps);
});

test('the kept tensors are the head’s inputs: unchanged, they give the same logits', async () => {
  const { pipeline, one } = await found();
  const [kept, logits] = await pipeline.exclusive(job(), async (stages) => {
    const links = stages.kept(keptOutputsKey(one, await readPrompt(model.config, PROMPT), {})) ?? new Map();
    const spec = { graph: 'head', task: 'refer', height: 128, width: 128, rows: 80, cols: 128 } as const;
    const answer = (await stages.run(spec, Object.fromEntries(links))).get('logits');
    return [links, [await links.get('logits')?.read(), answer]];
  });
  expect([...kept.keys()].sort()).toEqual(['feature0', 'feature1', 'feature2', 'feature3', 'logits', 'maps1', 'maps2']);
  const [before, after] = logits;
  expect(before?.data.length).toBe(2 * 80 * 128);
  expect(greatestDifference(before?.data ?? new Float32Array(), after?.data ?? new Float32Array())).toBeLessThan(1e-6);
});

test('kept tensors that were removed with their photo are computed again', async () => {
  const { pipeline, one } = await found();
  const before = await runAblation(pipeline, one, PROMPT, [1, 2], {}, job());
  pipeline.forget('photo:1:');
  const again = job();
  const after = await runAblation(pipeline, one, PROMPT, [1, 2], {}, again);
  expect(stagesOf(again)).toEqual(['text-encoder cached', 'vae-encoder', 'refer', 'head', 'resize']);
  expect(greatestDifference(before.probability, after.probability)).toBe(0);
});

test('maps are copied, with those of the given tokens zero', () => {
  const maps = { dims: [3, 1, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  expect([...withoutTokens(maps, [1]).data]).toEqual([1, 2, 0, 0, 5, 6]);
  expect([...withoutTokens(maps, [0, 2]).data]).toEqual([0, 0, 3, 4, 0, 0]);
  expect([...maps.data]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('every occurrence of a word is found, and unknown words are refused', async () => {
  const words = (await readPrompt(model.config, 'red chair red')).words;
  expect(tokensOfWords({ words }, ['Red'])).toEqual([1, 3]);
  expect(tokensOfWords({ words }, ['chair', 'red'])).toEqual([2, 1, 3]);
  expect(() => tokensOfWords({ words }, ['table'])).toThrow(
    'The prompt has no word “table” to leave out; it has red, chair, red.',
  );
});

test.each([
  [[], 'bad-request: No token was given to leave out; name tokens from 0 to 5.'],
  [[6], 'bad-request: There is no token 6 to leave out; name tokens from 0 to 5.'],
  [[-1], 'bad-request: There is no token -1 to leave out; name tokens from 0 to 5.'],
])('refuses tokens %j', async (tokens, sentence) => {
  const pipeline = createPipeline(model, testRuntime());
  const said = await runAblation(pipeline, { key: 'photo:1', image: photo(64, 64) }, PROMPT, tokens, {}, job()).then(
    () => 'It succeeded.',
    ({ code, message }: VpdError) => `${code}: ${message}`,
  );
  expect(said).toBe(sentence);
});
