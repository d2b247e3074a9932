import { describe, expect, it } from 'vitest';
import type { TextConfig } from '../vpd/config.ts';
import { encode, loadBpe } from './bpe.ts';
import { tokenizePrompt } from './prompt.ts';

const bpe = await loadBpe();
const full: TextConfig = { width: 768, layers: 12, heads: 12, mlp: 3072, maxTokens: 77 };
const small: TextConfig = { ...full, vocabulary: [-1, 49406, 49407, ...encode(bpe, 'the red chair capybara').ids] };

describe('tokenizePrompt', () => {
  it('starts, ends and pads with the end token', () => {
    const { rows, tokens, words, cut } = tokenizePrompt(bpe, 'a photo of a cat', full, 9);
    expect([...rows]).toEqual([49406, 320, 1125, 539, 320, 2368, 49407, 49407, 49407]);
    expect(tokens.map((t) => t.kind)).toEqual([
      'start',
      ...Array.from({ length: 5 }, () => 'word'),
      'end',
      'padding',
      'padding',
    ]);
    expect(words[4]).toEqual({ text: 'cat', tokens: [5], known: true });
    expect(cut).toEqual([]);
  });

  it('keeps row 0 of the whole CLIP vocabulary known', () => {
    const { tokens, words } = tokenizePrompt(bpe, '!€', full, 4);
    expect(tokens[1]).toEqual({ text: '!', id: 0, kind: 'word', word: 0, known: true });
    expect(words[0]?.known).toBe(true);
  });

  it('cuts at whole pieces and lists words lost in part', () => {
    const { rows, words, cut } = tokenizePrompt(bpe, 'the capybara sleeps', full, 5);
    expect([...rows]).toEqual([49406, 518, 1289, 88, 49407]);
    expect(words.map((w) => w.tokens)).toEqual([[1], [2, 3]]);
    expect(cut).toEqual(['capybara', 'sleeps']);
  });

  it('cuts between words without losing the one before', () => {
    expect(tokenizePrompt(bpe, 'the capybara sleeps', full, 6).cut).toEqual(['sleeps']);
    expect(tokenizePrompt(bpe, 'the capybara sleeps', full, 7).cut).toEqual([]);
  });

  it('maps to rows of the pack’s vocabulary and marks unknown pieces', () => {
    const { rows, tokens, words } = tokenizePrompt(bpe, 'the purple chair', small, 7);
    expect([...rows]).toEqual([1, 3, 0, 5, 2, 2, 2]);
    expect(tokens.map((t) => t.known)).toEqual([true, true, false, true, true, true, true]);
    expect(words.map((w) => w.known)).toEqual([true, false, true]);
  });
});
