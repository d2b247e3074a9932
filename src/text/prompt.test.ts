import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TextConfig } from '../vpd/config.ts';
import { encode, loadBpe } from './bpe.ts';
import { emptyPromptRows, tokenizePrompt } from './prompt.ts';

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

  it('cuts between words without losing the previous one', () => {
    expect(tokenizePrompt(bpe, 'the capybara sleeps', full, 6).cut).toEqual(['sleeps']);
    expect(tokenizePrompt(bpe, 'the capybara sleeps', full, 7).cut).toEqual([]);
  });

  it('maps to rows of the pack’s vocabulary and marks unknown pieces', () => {
    const { rows, tokens, words } = tokenizePrompt(bpe, 'the purple chair', small, 7);
    expect([...rows]).toEqual([1, 3, 0, 5, 2, 2, 2]);
    expect(tokens.map((t) => t.known)).toEqual([true, true, false, true, true, true, true]);
    expect(words.map((w) => w.known)).toEqual([true, false, true]);
  });

  it('knows a word only if it knows all its pieces', () => {
    const vocabulary = [-1, 49406, 49407, ...encode(bpe, 'capybara').ids.slice(0, 2)];
    const { words } = tokenizePrompt(bpe, 'capybara', { ...full, vocabulary }, 7);
    expect(words).toEqual([{ text: 'capybara', tokens: [1, 2, 3], known: false }]);
  });

  it('needs room for one piece', () => {
    expect(tokenizePrompt(bpe, 'red chair', full, 3).cut).toEqual(['chair']);
    expect(() => tokenizePrompt(bpe, 'red', full, 2)).toThrow(
      'A prompt needs room for at least 3 tokens (start, one piece, end), not 2.',
    );
  });

  it('replaces unknown words by their aliases, and reports it', () => {
    const aliases = { crimson: 'red', stool: 'red chair', chair: 'capybara' };
    const { rows, tokens, words, cut } = tokenizePrompt(bpe, 'the Crimson stool chair', { ...small, aliases }, 8);
    const red = small.vocabulary?.indexOf(736) ?? 0;
    const chair = small.vocabulary?.indexOf(4269) ?? 0;
    // A known word is never replaced.
    expect([...rows].slice(2, 6)).toEqual([red, red, chair, chair]);
    expect(tokens.every((token) => token.known)).toBe(true);
    expect(words).toEqual([
      { text: 'the', tokens: [1], known: true },
      { text: 'crimson', tokens: [2], known: true, readAs: 'red' },
      { text: 'stool', tokens: [3, 4], known: true, readAs: 'red chair' },
      { text: 'chair', tokens: [5], known: true },
    ]);
    expect(cut).toEqual([]);
    // The name of a property that every object has is no alias.
    expect(tokenizePrompt(bpe, 'red constructor', { ...small, aliases }, 7).words[1]?.known).toBe(false);
    // Whole CLIP vocabularies know every piece.
    expect(tokenizePrompt(bpe, 'crimson', { ...full, aliases }, 5).words[0]).not.toHaveProperty('readAs');
  });

  it('knows the replacement of every alias of the embedded pack, and lacks the word itself', () => {
    const config = JSON.parse(readFileSync(join(import.meta.dirname, '../../models/tiny/config.json'), 'utf8'));
    const text: TextConfig = config.text;
    const aliases = Object.entries(text.aliases ?? {});
    expect(aliases.length).toBeGreaterThan(20);
    for (const [word, alias] of aliases) {
      const [read] = tokenizePrompt(bpe, word, text, 10).words;
      expect(read, word).toMatchObject({ text: word, known: true, readAs: alias });
    }
  });
});

it('a prompt without words is the start and end tokens, as rows of the pack', () => {
  expect(emptyPromptRows(bpe, ' \n', full, 4)).toEqual(Int32Array.of(49406, 49407, 49407, 49407));
  expect(emptyPromptRows(bpe, '', small, 3)).toEqual(Int32Array.of(1, 2, 2));
  expect(emptyPromptRows(bpe, 'capybara', full, 4)).toBeUndefined();
  expect(emptyPromptRows(bpe, ' '.repeat(2001), full, 4), 'a prompt that is too long').toBeUndefined();
});
