import { expect, test } from 'vitest';
import { shortened } from './shortened.ts';

test.each([
  ['the red chair', 'the red chair'],
  ['x'.repeat(60), 'x'.repeat(60)],
  ['x'.repeat(61), `${'x'.repeat(59)}…`],
  ['🪑'.repeat(61), `${'🪑'.repeat(59)}…`],
  [
    'the black leather chair on the left of the long wooden table, near the door',
    'the black leather chair on the left of the long wooden…',
  ],
])('%s', (prompt, short) => {
  expect(shortened(prompt)).toBe(short);
});
