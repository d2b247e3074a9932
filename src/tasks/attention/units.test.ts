import { expect, test } from 'vitest';
import type { TokenInfo, WordInfo } from '../../text/tokens.ts';
import { attentionUnits, sameUnit } from './units.ts';

const token = (text: string, kind: TokenInfo['kind'], word = -1, known = true): TokenInfo => ({
  text,
  id: 1,
  kind,
  word,
  known,
});
const tokens = [
  token('', 'start'),
  token('red', 'word', 0),
  token('otto', 'word', 1),
  token('man', 'word', 1, false),
  token('', 'end'),
  token('', 'padding'),
  token('', 'padding'),
];
const words: WordInfo[] = [
  { text: 'red', tokens: [1], known: true },
  { text: 'ottoman', tokens: [2, 3], known: false },
];

test('pieces are merged into words; special tokens and padding have units of their own', () => {
  expect(attentionUnits(tokens, words, false).map((unit) => [unit.key, unit.text, unit.tokens])).toEqual([
    ['token:0', 'start', [0]],
    ['word:0', 'red', [1]],
    ['word:1', 'ottoman', [2, 3]],
    ['token:4', 'end', [4]],
    ['padding', 'padding × 2', [5, 6]],
  ]);
});

test('with `pieces`, every piece is a unit, and unknown pieces are marked', () => {
  const units = attentionUnits(tokens, words, true);
  expect(units.map((unit) => unit.text)).toEqual(['start', 'red', 'otto', 'man', 'end', 'padding × 2']);
  expect(units.filter((unit) => !unit.known).map((unit) => unit.text)).toEqual(['man']);
});

test('a unit is found again where another model numbers the tokens differently', () => {
  const whole = [tokens[0], tokens[1], token('ottoman', 'word', 1), token('', 'end'), token('', 'padding')];
  const theirTokens = whole.flatMap((each) => (each ? [each] : []));
  const theirWords = words.map((word) => (word.text === 'ottoman' ? { ...word, tokens: [2] } : word));
  const found = (key: string, pieces: boolean) =>
    sameUnit(attentionUnits(tokens, words, pieces), key, attentionUnits(theirTokens, theirWords, pieces))?.key;
  expect(['word:1', 'token:4', 'padding', 'word:7'].map((key) => found(key, false))).toEqual([
    'word:1',
    'token:3',
    'padding',
    undefined,
  ]);
  expect(['token:1', 'token:2', 'token:4'].map((key) => found(key, true))).toEqual(['token:1', undefined, 'token:3']);
});

test('of equal words, the one in the same place among them is found', () => {
  const pair = [token('red', 'word', 0), token('red', 'word', 1)];
  const units = attentionUnits([token('', 'start'), ...pair], [], true);
  expect(sameUnit(units, 'token:2', units)?.key).toBe('token:2');
  expect(sameUnit(units, 'token:2', attentionUnits(pair, [], true))?.key).toBe('token:1');
});
