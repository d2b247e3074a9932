/** A second finger turns a stroke that has just begun into a pinch. */
import { expect, test } from 'vitest';
import { type HeldPress, isPinch } from './brush-or-pinch.ts';

const RADIUS = 20;
const stroke: HeldPress = { pointerType: 'touch', paints: true, age: 1000, travelled: 400 };

test.each<readonly [string, Partial<HeldPress>, string, boolean]>([
  ['a long stroke goes on', {}, 'touch', false],
  ['a press that has just begun becomes a pinch', { age: 100 }, 'touch', true],
  ['so does a finger that hardly moved', { travelled: 30 }, 'touch', true],
  ['so does a press outside the photo', { paints: false }, 'touch', true],
  ['a mouse and a finger are no pinch', { age: 100, travelled: 0 }, 'mouse', false],
  ['a pen and a finger are no pinch', { pointerType: 'pen', age: 100, travelled: 0 }, 'touch', false],
])('%s', (_, change, second, expected) => {
  expect(isPinch({ ...stroke, ...change }, { pointerType: second }, RADIUS)).toBe(expected);
});

test('with a small brush, a finger that hardly moved still becomes a pinch', () => {
  expect(isPinch({ ...stroke, travelled: 12 }, { pointerType: 'touch' }, 1)).toBe(true);
  expect(isPinch({ ...stroke, travelled: 40 }, { pointerType: 'touch' }, 1)).toBe(false);
});
