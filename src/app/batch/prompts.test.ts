import { expect, test } from 'vitest';
import { readPrompts } from './prompts.ts';

test('an expression per line, each once, whatever the line ends', () => {
  expect(readPrompts(' the red chair \n\nthe lamp, left\r\nthe red chair\rthe door\n')).toEqual({
    prompts: ['the red chair', 'the lamp, left', 'the door'],
    refused: undefined,
  });
  expect(readPrompts(' \n ').prompts).toEqual([]);
});

test('too many or too long expressions are refused with the reason', () => {
  const many = Array.from({ length: 51 }, (_, i) => `chair ${i}`).join('\n');
  expect(readPrompts(many).refused).toBe(
    'These are 51 expressions, and one batch takes 50; run the others in a second one.',
  );
  expect(readPrompts(`a\n${'b'.repeat(2001)}`).refused).toBe(
    'Line 2: The prompt has 2001 characters; at most 2000 are read. Describe what to look for in a few words.',
  );
});
