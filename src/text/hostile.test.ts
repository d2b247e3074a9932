import { describe, expect, it } from 'vitest';
import { VpdError } from '../errors.ts';
import type { TextConfig } from '../vpd/config.ts';
import { encode, loadBpe } from './bpe.ts';
import { tokenizePrompt } from './prompt.ts';

const bpe = await loadBpe();
const full: TextConfig = { width: 768, layers: 12, heads: 12, mlp: 3072, maxTokens: 77 };
const small: TextConfig = { ...full, vocabulary: [-1, 49406, 49407, ...encode(bpe, 'the red chair').ids] };

const EMPTY = 'The prompt is empty. Type what to look for, for example “the red chair on the left”.';

const refused: [name: string, prompt: string, text: TextConfig, code: string, message: string][] = [
  ['empty', '', full, 'bad-prompt', EMPTY],
  ['white space', ' \t\n\u00a0\u3000', full, 'bad-prompt', EMPTY],
  ['only encoded spaces', '&amp;nbsp;&#32;', full, 'bad-prompt', EMPTY],
  [
    '10,000 characters',
    'red chair '.repeat(1_000),
    full,
    'bad-prompt',
    'The prompt has 10000 characters; at most 2000 are read. Describe what to look for in a few words.',
  ],
  [
    'one unknown word',
    'zebra',
    small,
    'bad-prompt',
    'This model does not know the word “zebra”. Try words such as chair, red.',
  ],
  [
    'many unknown words',
    'zebra eats green soup under some bridge',
    small,
    'bad-prompt',
    'This model knows none of the words “zebra”, “eats”, “green”, “soup”, “under” and 2 more. Try words such as chair, red.',
  ],
  [
    'as many unknown words as are named',
    'zebra eats green soup under',
    small,
    'bad-prompt',
    'This model knows none of the words “zebra”, “eats”, “green”, “soup”, “under”. Try words such as chair, red.',
  ],
  [
    'emoji that the pack does not know',
    '🐶',
    small,
    'bad-prompt',
    'This model does not know the word “🐶”. Try words such as chair, red.',
  ],
  [
    'right-to-left words, whose quotes and commas keep their places',
    'الكرسي אדום zebra',
    small,
    'bad-prompt',
    'This model knows none of the words “\u2068الكرسي\u2069”, “\u2068אדום\u2069”, “zebra”. Try words such as chair, red.',
  ],
  [
    'a vocabulary without the end token',
    'red',
    { ...full, vocabulary: [-1, 49406, 736] },
    'bad-file',
    'The pack’s vocabulary lacks the token 49407 that starts or ends every prompt; convert or train the pack again.',
  ],
];

const accepted: [name: string, prompt: string, words: string[]][] = [
  ['emoji', '👩‍👩‍👧 🐶', ['👩‍👩‍👧', '🐶']],
  ['NUL and control characters', 'a\u0000b\u0007', ['a', '\u0000', 'b', '\u0007']],
  ['right-to-left with marks', '\u202eمرحبا', ['\u202e', 'مرحبا']],
  ['a lone surrogate', 'cat \ud800', ['cat', '\ud800']],
  ['special tokens typed by hand', 'a<|endoftext|>b', ['a', '<|endoftext|>', 'b']],
  ['markup', '<script>alert(1)</script>', ['<', 'script', '>', 'alert', '(', '1', ')</', 'script', '>']],
  [
    'forty nested references',
    `&${'amp;'.repeat(40)}`,
    ['&', 'amp', ...Array.from({ length: 37 }, () => [';', 'amp']).flat(), ';'],
  ],
];

describe('hostile prompts', () => {
  it.each(refused)('%s is refused', (_, prompt, text, code, message) => {
    let thrown: unknown;
    try {
      tokenizePrompt(bpe, prompt, text, 40);
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof VpdError)) throw new Error('nothing was refused', { cause: thrown });
    expect({ code: thrown.code, message: thrown.message }).toEqual({ code, message });
  });

  it.each(accepted)('%s is read', (_, prompt, words) => {
    const result = tokenizePrompt(bpe, prompt, full, 300);
    expect(result.words.map((word) => word.text)).toEqual(words);
    expect(result.rows).toHaveLength(300);
  });

  it('keeps the end token of the longest legal prompt', () => {
    const { rows, cut } = tokenizePrompt(bpe, 'red chair '.repeat(200), full, 40);
    expect(rows[39]).toBe(49407);
    expect(cut).toHaveLength(400 - 38);
  });
});
