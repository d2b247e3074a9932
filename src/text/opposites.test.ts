import { expect, test } from 'vitest';
import { oppositePrompt } from './opposites.ts';

test.each([
  ['the left chair', 'the right chair'],
  ['Leftmost lamp, please', 'rightmost lamp, please'],
  ['the chair on the right of the big sofa', 'the chair on the left of the big sofa'],
  ['the small ball', 'the big ball'],
])('%s → %s', (prompt, other) => expect(oppositePrompt(prompt)).toBe(other));

test.each(['the red chair', '', 'rightful leftovers', '!?'])('no word with an opposite in “%s”', (prompt) =>
  expect(oppositePrompt(prompt)).toBeUndefined(),
);
