import { expect, test } from 'vitest';
import { createNames, createStems, fileStem } from './names.ts';

test.each([
  ['IMG_1.jpeg', 'IMG_1'],
  ['holiday photos/beach.2024.png', 'beach.2024'],
  ['Küche – 3.webp', 'Küche – 3'],
  ['../../etc/passwd', 'passwd'],
  ['..', '_'],
  ['.hidden', '_hidden'],
  ['a<b>:"c|d?*e.png', 'a_b___c_d__e'],
  ['line\nbreak.png', 'line_break'],
  ['NUL.png', 'NUL_'],
  ['con.backup.png', 'con_.backup'],
  ['Aux .png', 'Aux_'],
  ['console.png', 'console'],
  ['dots...png', 'dots'],
  ['', 'photo'],
  [`${'long'.repeat(40)}.png`, 'long'.repeat(40).slice(0, 50)],
  [`${'x'.repeat(48)} . and more.png`, 'x'.repeat(48)],
])('files of %j start with %j', (name, expected) => {
  expect(fileStem(name)).toBe(expected);
});

test('equal stems are numbered, ignoring case and extension', () => {
  const stem = createStems();
  expect(['a.png', 'a.jpg', 'A.png', 'a (2).png', 'b.png'].map(stem)).toEqual([
    'a',
    'a (2)',
    'A (3)',
    'a (2) (2)',
    'b',
  ]);
});

test('equal names in a folder are numbered uniquely', () => {
  expect(['a', 'a', 'A', 'a (2)', 'b'].map(createNames())).toEqual(['a', 'a (2)', 'A (3)', 'a (2) (2)', 'b']);
});
