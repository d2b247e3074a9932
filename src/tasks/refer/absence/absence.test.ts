import { expect, test } from 'vitest';
import { createPipeline } from '../../../engine/pipeline.ts';
import type { AttentionMaps } from '../../../engine/results.ts';
import { TINY, testRuntime, tinyModel } from '../../../engine/testing/tiny-model.ts';
import type { TokenInfo } from '../../../text/tokens.ts';
import { absenceChance } from '../../../vpd/absence.ts';
import { runRefer } from '../run.ts';
import { absenceCues } from './absence.ts';

const token = (kind: TokenInfo['kind']): TokenInfo => ({
  text: '',
  id: 1,
  kind,
  word: kind === 'word' ? 0 : -1,
  known: true,
});

/** Ten by ten pixels: the margin is 3 in the first `inside` pixels, else −2. Attention over four cells: start, two words, end. */
function answer(inside: number, words: readonly number[]) {
  const logits = new Float32Array(200);
  for (let i = 0; i < 100; i++) logits[100 + i] = i < inside ? 3 : -2;
  const maps: AttentionMaps = {
    level: 0,
    tokens: 4,
    width: 2,
    height: 2,
    coverX: 1,
    coverY: 1,
    data: Float32Array.from([...words.map((word) => 1 - word), ...words, 0, 0, 0, 0, 0, 0, 0, 0]),
  };
  const coarser: AttentionMaps = { ...maps, level: 1, data: new Float32Array(16).fill(0.25) };
  return [{ width: 10, height: 10, data: logits }, [coarser, maps]] as const;
}

test('the cues use the finest maps and all tokens except the start', () => {
  const tokens = (['start', 'word', 'word', 'end'] as const).map(token);
  const cues = absenceCues(...answer(10, [0.8, 0.2, 0, 0]), tokens);
  expect(cues?.peak).toBe(3);
  expect(cues?.area).toBe(-1);
  expect(cues?.words).toBeCloseTo(0.8, 6);
  // The cells hold 0, 0, 0.2 and 0.8.
  expect(cues?.contrast).toBeCloseTo(0.6, 6);
  const nothing = absenceCues(...answer(0, [0, 0, 0, 0]), tokens);
  expect(nothing?.peak).toBe(-2);
  expect(nothing?.area).toBe(-4);
  expect(absenceCues(answer(10, [0, 0, 0, 0])[0], [], tokens)).toBeUndefined();
});

test('the probability is the logistic function of the weighted cues', () => {
  const cues = { peak: 2, area: -1, words: 0.5, contrast: 0.25 };
  const weights = { peak: -1, area: 0.5, words: 2, contrast: 4 };
  expect(absenceChance({ weights, bias: 0.5 }, cues)).toBeCloseTo(1 / (1 + Math.exp(-(0.5 - 2 - 0.5 + 1 + 1))), 12);
});

test('a search returns the probability that nothing fits only if the pack was calibrated', async () => {
  const image = { width: 96, height: 64, data: new Uint8Array(96 * 64 * 3).map((_, i) => (i * 37) % 251) };
  const plain = tinyModel();
  const heldOut = { present: 50, absent: 50, precision: 0.8, recall: 0.5, auc: 0.9 };
  const absence = { weights: { peak: -2, area: 0, words: -1, contrast: 0 }, bias: 0.25, threshold: 0.6, heldOut };
  const { refer } = TINY.tasks;
  if (!refer) throw new Error('The tiny model looks for words.');
  const calibrated = { ...plain, config: { ...TINY, tasks: { ...TINY.tasks, refer: { ...refer, absence } } } };
  const one = { key: 'photo:1', image };
  const without = await runRefer(createPipeline(plain, testRuntime()), one, 'red chair', {}, { timings: [] });
  const found = await runRefer(createPipeline(calibrated, testRuntime()), one, 'red chair', {}, { timings: [] });
  expect(without.absence).toBeUndefined();
  expect(found.cues).toEqual(without.cues);
  if (!found.cues) throw new Error('A single window has cues.');
  expect(found.absence).toBeCloseTo(absenceChance(absence, found.cues), 12);
});
