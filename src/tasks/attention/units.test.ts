import { expect, test } from 'vitest';
import type { TokenInfo, WordInfo } from '../../text/tokens.ts';
import { attentionUnits } from './units.ts';

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
