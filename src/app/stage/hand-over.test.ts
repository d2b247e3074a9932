/** A second finger makes a pinch of a stroke that has hardly begun, and nothing else does. */
import { expect, test } from 'vitest';
import { type HeldPress, isPinch } from './hand-over.ts';

const RADIUS = 20;
const stroke: HeldPress = { pointerType: 'touch', paints: true, age: 1000, travelled: 400 };

test.each<readonly [string, Partial<HeldPress>, string, boolean]>([
  ['a stroke at length goes on', {}, 'touch', false],
  ['a quick one may be a pinch', { age: 100 }, 'touch', true],
  ['so may a finger that waits', { travelled: 30 }, 'touch', true],
  ['beside the photo nothing is lost', { paints: false }, 'touch', true],
  ['a mouse beside a finger is no pinch', { age: 100, travelled: 0 }, 'mouse', false],
  ['a finger beside a pen is none', { pointerType: 'pen', age: 100, travelled: 0 }, 'touch', false],
])('%s', (_, change, second, expected) => {
  expect(isPinch({ ...stroke, ...change }, { pointerType: second }, RADIUS)).toBe(expected);
});

test('a small brush allows for a finger that trembles', () => {
  expect(isPinch({ ...stroke, travelled: 12 }, { pointerType: 'touch' }, 1)).toBe(true);
  expect(isPinch({ ...stroke, travelled: 40 }, { pointerType: 'touch' }, 1)).toBe(false);
});
