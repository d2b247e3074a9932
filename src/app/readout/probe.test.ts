/** Values that the read-out shows for one point. */
import { expect, test } from 'vitest';
import type { TokenInfo } from '../../text/tokens.ts';
import { referKey } from '../results/result-keys.ts';
import { createResults } from '../results/results.ts';
import { createAppStore } from '../store.ts';
import { mask } from '../testing/bench.ts';
import { readAt } from './probe.ts';

test('a word that occurs twice in the prompt is listed twice, under different keys', () => {
  const texts = ['box', 'on', 'box'];
  const token = (text: string, kind: TokenInfo['kind'], word: number): TokenInfo => ({
    text,
    kind,
    word,
    id: 1,
    known: true,
  });
  const tokens = [token('', 'start', -1), ...texts.map((text, i) => token(text, 'word', i)), token('', 'end', -1)];
  const words = texts.map((text, i) => ({ text, tokens: [i + 1], known: true }));
  const map = { level: 0, tokens: 5, width: 1, height: 1, data: Float32Array.of(0, 0.3, 0.1, 0.2, 0) };
  const results = createResults();
  results.set(referKey('a', 'box on box', false), {
    task: 'refer',
    result: { ...mask(), tokens, words, maps: [{ ...map, coverX: 1, coverY: 1 }] },
  });
  const photo = { id: 'a', name: 'a.png', source: 'user', state: 'ready', url: undefined, prompts: [] } as const;
  const store = createAppStore({
    photos: [{ ...photo, width: 4, height: 3 }],
    selected: 'a',
    prompt: 'box on box',
    crosshair: { u: 0.5, v: 0.5, by: 'pointer' },
  });
  const read = readAt(store.getState(), results)?.words ?? [];
  expect(read.map(({ text }) => text)).toEqual(['box', 'box', 'on']);
  expect(new Set(read.map(({ key }) => key)).size).toBe(3);
});
