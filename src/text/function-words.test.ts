import { expect, test } from 'vitest';
import { isContentWord } from './function-words.ts';

test.each(['chair', 'Red', '2', 'stühle'])('“%s” says what something is or looks like', (word) =>
  expect(isContentWord(word)).toBe(true),
);
test.each(['the', 'The', 'next', '!?', ''])('“%s” does not', (word) => expect(isContentWord(word)).toBe(false));
