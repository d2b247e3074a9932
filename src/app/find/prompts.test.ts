/** The draft in the prompt box: its token count, and its maximum length; which prompts are remembered. */
import { beforeEach, expect, test } from 'vitest';
import { VpdError } from '../../errors.ts';
import { mask, settle, testBench } from '../testing/bench.ts';

let bench: ReturnType<typeof testBench>;

beforeEach(async () => {
  bench = testBench({ task: 'refer' });
  await bench.open();
});

test('the tokens of the draft are counted, also if the user did not type it', async () => {
  const counted = async (used: number, cut: readonly string[]) => {
    const before = bench.calls.filter(({ method }) => method === 'tokenize').length;
    await expect.poll(() => bench.calls.filter(({ method }) => method === 'tokenize').length).toBeGreaterThan(before);
    await bench.answer('tokenize', { tokens: Array.from({ length: used }, () => ({ kind: 'word' })), cut });
  };
  const count = () => {
    const { promptTokens, promptCut } = bench.store.getState();
    return { promptTokens, promptCut };
  };
  bench.session.setDraft('the red box beside the door');
  await counted(6, ['door']);
  expect(count()).toEqual({ promptTokens: 6, promptCut: ['door'] });
  // As by the Back button, a listed mask or a restored session.
  bench.store.setState({ draft: 'box', prompt: 'box' });
  expect(count()).toEqual({ promptTokens: undefined, promptCut: [] });
  await counted(1, []);
  expect(count()).toEqual({ promptTokens: 1, promptCut: [] });
});

test('a prompt that is too long is refused at the box, and not run', async () => {
  await bench.add('a.png');
  const words = 'red '.repeat(1000);
  const sentence = 'The prompt has 3999 characters; at most 2000 are read. Describe what to look for in a few words.';
  bench.session.setDraft(words);
  expect(bench.store.getState()).toMatchObject({ draft: words, promptError: sentence });
  bench.session.find(words);
  expect(bench.store.getState()).toMatchObject({ prompt: '', promptError: sentence, recent: [] });
  await settle();
  expect(bench.calls.filter(({ method }) => method === 'refer')).toEqual([]);
  bench.session.setDraft('red');
  expect(bench.store.getState().promptError).toBeUndefined();
});

test('a prompt is remembered once it has a result, so not if the model refuses it or another one follows', async () => {
  await bench.add('a.png');
  const recent = () => bench.store.getState().recent;
  bench.session.find('xylophone');
  await settle();
  await bench.fail('refer', new VpdError('bad-prompt', 'No word of it is known.'));
  bench.session.find('a lamp');
  await settle();
  bench.session.find('the door');
  expect(recent()).toEqual([]);
  await settle();
  await bench.answer('refer', mask());
  expect(recent()).toEqual(['the door']);
  bench.session.forgetRecent();
  bench.store.setState({ crosshair: undefined });
  expect(recent(), 'only by running it again').toEqual([]);
  bench.session.find('the door');
  expect(recent(), 'its result is in memory').toEqual(['the door']);
});
