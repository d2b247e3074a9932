import { describe, expect, it } from 'vitest';
import { encode, loadBpe } from './bpe.ts';
import fixtures from './testdata/clip-tokens.json' with { type: 'json' };

const bpe = await loadBpe();

describe('encode', () => {
  it('gives the ids of OpenAI’s tokenizer for every fixture', () => {
    expect(fixtures).toHaveLength(191);
    for (const { text, ids } of fixtures) expect(encode(bpe, text).ids, text).toEqual(ids);
  });

  it('decodes HTML references twice', () => {
    expect(encode(bpe, 'AT&amp;amp;T').ids).toEqual(encode(bpe, 'AT&T').ids);
    expect(encode(bpe, '&CounterClockwiseContourIntegral;').ids, 'the longest name').toEqual(encode(bpe, '∳').ids);
    expect(encode(bpe, '&#99;&#x61;t &notit;').ids).toEqual(encode(bpe, 'cat ¬it;').ids);
  });

  it('merges pieces into words with their positions in the prompt as typed', () => {
    const prompt = '  The   Capybara &amp; İsim!';
    const { words, pieces } = encode(bpe, prompt);
    expect(words.map((w) => w.text)).toEqual(['the', 'capybara', '&', 'i', '̇', 'sim', '!']);
    expect(prompt.slice(words[1]?.start, words[1]?.end)).toBe('Capybara');
    expect(prompt.slice(words[2]?.start, words[2]?.end)).toBe('&amp;');
    expect(prompt.slice(words[6]?.start, words[6]?.end), 'after a letter that became two').toBe('!');
    expect(pieces.filter((p) => p.word === 1).map((p) => p.text)).toEqual(['cap', 'y', 'bara']);
  });

  it('lowers a capital sigma by its place in the word', () => {
    expect(encode(bpe, ' ΟΔΟΣ ΣΑΣ ').words.map((w) => w.text)).toEqual(['οδος', 'σας']);
  });

  it('keeps one very long word as one word', () => {
    expect(encode(bpe, 'ab'.repeat(1_000)).words).toHaveLength(1);
  });
});
