import { expect, test } from 'vitest';
import { hasLeft } from './gestures.ts';

const STAGE = { clientWidth: 200, clientHeight: 100 };

test.each([
  ['mouse', { x: 5, y: 5 }, true],
  ['touch', { x: 500, y: 5 }, false],
  // A pen that was lifted leaves inside the stage, before its click; one that moved away leaves outside.
  ['pen', { x: 5, y: 5 }, false],
  ['pen', { x: -1, y: 5 }, true],
  ['pen', { x: 5, y: 100 }, true],
])('a %s that left the stage at %o has moved away: %s', (pointer, at, left) => {
  expect(hasLeft(pointer, at, STAGE)).toBe(left);
});
