import { describe, expect, it, test } from 'vitest';
import type { AttentionMaps, ReferResult } from '../../../engine/results.ts';
import { alignWords, attentionMass, wordChanges } from './word-change.ts';

const aligned = (a: string, b: string) => {
  const [left, right] = [a.split(' ').filter(Boolean), b.split(' ').filter(Boolean)];
  return alignWords(left, right).map(
    ([i, j]) => `${i === undefined ? '–' : left[i]}/${j === undefined ? '–' : right[j]}`,
  );
};

describe('aligned words of two prompts', () => {
  it.each([
    ['the left chair', 'the right chair', ['the/the', 'left/right', 'chair/chair']],
    ['the chair', 'The red Chair', ['the/The', '–/red', 'chair/Chair']],
    ['red chair on the left', 'chair', ['red/–', 'chair/chair', 'on/–', 'the/–', 'left/–']],
    ['a b', 'b a', ['a/–', 'b/b', '–/a']],
    ['sofa', 'lamp', ['sofa/lamp']],
    ['', 'lamp', ['–/lamp']],
  ])('“%s” against “%s”', (a, b, pairs) => expect(aligned(a, b)).toEqual(pairs));

  it('include every word, in order', () => {
    const words = (seed: number, count: number) =>
      Array.from({ length: count }, (_, i) => 'abc'[(i * seed) % 3] ?? 'a');
    for (let n = 0; n < 30; n++) {
      const [a, b] = [words(n, n % 7), words(n + 1, (n * 3) % 8)];
      const pairs = alignWords(a, b);
      expect(pairs.flatMap(([i]) => (i === undefined ? [] : [i]))).toEqual(a.map((_, i) => i));
      expect(pairs.flatMap(([, j]) => (j === undefined ? [] : [j]))).toEqual(b.map((_, j) => j));
    }
  });
});

/** A result with the tokens start, one per word, and end; each token's map is its weight in every cell. */
function result(words: readonly string[], weights: readonly number[]): ReferResult {
  const maps: AttentionMaps = {
    level: 1,
    tokens: weights.length,
    width: 2,
    height: 2,
    coverX: 1,
    coverY: 1,
    data: Float32Array.from(weights.flatMap((weight) => [weight, weight, weight, weight])),
  };
  return {
    width: 1,
    height: 1,
    probability: new Float32Array(1),
    area: 0,
    tokens: [],
    words: words.map((text, i) => ({ text, tokens: [i + 1], known: true })),
    cut: [],
    maps: [maps],
    timings: [],
  };
}

test('the mass of all tokens is 1, that of a word its mean over the photo', () => {
  const { maps } = result(['chair'], [0.5, 0.25, 0.25]);
  const [map] = maps;
  if (!map) throw new Error('There is a map.');
  expect(attentionMass(map, [0, 1, 2])).toBeCloseTo(1, 6);
  expect(attentionMass({ ...map, data: Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) }, [1])).toBe(0.25);
});

test('words that replace each other are paired', () => {
  const a = result(['left', 'chair'], [0.5, 0.125, 0.25, 0.125]);
  const b = result(['right', 'chair'], [0.25, 0.5, 0.125, 0.125]);
  expect(wordChanges(a, b, undefined)).toEqual([
    { id: '0/0', a: { text: 'left', mass: 0.125 }, b: { text: 'right', mass: 0.5 } },
    { id: '1/1', a: { text: 'chair', mass: 0.25 }, b: { text: 'chair', mass: 0.125 } },
  ]);
  expect(wordChanges({ ...a, maps: [] }, b, undefined)).toBeUndefined();
});
