import { describe, expect, test } from 'vitest';
import { depthDifference, sameClassShare } from './figures.ts';

const plane = (metres: readonly number[], width = metres.length) => ({
  width,
  height: metres.length / Math.max(1, width),
  metres: Float32Array.from(metres),
});

describe('two depths', () => {
  test.each([
    ['equal', [1, 2.5], [1, 2.5], { mean: 0, near: 1 }],
    ['apart, in metres', [1, 4], [2, 4.5], { mean: 0.75, near: 0.5 }],
    ['the same whichever is larger', [4, 4.5], [4.5, 4], { mean: 0.5, near: 1 }],
    ['a factor of exactly 1.25 is too far', [1, 4], [1.25, 5], { mean: 0.625, near: 0 }],
    ['only zero is near to zero', [0, 0, 1], [0, 1, 0], { mean: 2 / 3, near: 1 / 3 }],
  ] as const)('%s', (_, a, b, wanted) => {
    const found = depthDifference(plane(a), plane(b));
    expect(found?.mean).toBeCloseTo(wanted.mean, 6);
    expect(found?.near).toBeCloseTo(wanted.near, 12);
  });

  test('of different sizes are compared at the first one’s', () => {
    const flat = (width: number, height: number, metres: number) => plane(Array(width * height).fill(metres), width);
    expect(depthDifference(flat(4, 2, 2), flat(2, 3, 3))).toEqual({ mean: 1, near: 0 });
    // 4 × 1 and 1 × 4 have as many pixels, but not the same ones.
    const wide = plane([1, 1, 2, 2], 4);
    expect(depthDifference(wide, plane([1, 1, 2, 2], 1))?.mean).toBeGreaterThan(0);
  });

  test('without pixels there are no figures', () => {
    expect(depthDifference(plane([]), plane([]))).toBeUndefined();
    expect(depthDifference(plane([1]), plane([]))).toBeUndefined();
  });
});

describe('two models’ classes', () => {
  const classes = (labels: readonly number[], names: Readonly<Record<number, string>>, width = labels.length) => ({
    width,
    height: labels.length / Math.max(1, width),
    labels: Uint8Array.from(labels),
    present: Object.entries(names).map(([index, name]) => ({ index: Number(index), name, area: 0 })),
  });

  test.each([
    ['equal', classes([0, 1], { 0: 'wall', 1: 'bed' }), classes([0, 1], { 0: 'wall', 1: 'bed' }), 1],
    ['numbered differently', classes([0, 1], { 0: 'wall', 1: 'bed' }), classes([7, 0], { 7: 'wall', 0: 'bed' }), 1],
    [
      'one number, two names',
      classes([3, 3, 3, 0], { 3: 'chair', 0: 'wall' }),
      classes([3, 3, 3, 0], { 3: 'sofa', 0: 'wall' }),
      0.25,
    ],
    ['two numbers of one name', classes([1, 2], { 1: 'lamp', 2: 'lamp' }), classes([5, 5], { 5: 'lamp' }), 1],
    ['no class in either, and in one', classes([255, 255], {}), classes([255, 0], { 0: 'wall' }), 0.5],
    [
      'of different sizes, at the first one’s',
      classes([0, 0, 1, 1], { 0: 'wall', 1: 'bed' }),
      classes([1, 0], { 1: 'wall', 0: 'bed' }),
      1,
    ],
  ])('%s', (_, a, b, wanted) => expect(sameClassShare(a, b)).toBe(wanted));

  test('without pixels there is no share', () => {
    expect(sameClassShare(classes([], {}), classes([], {}))).toBeUndefined();
    expect(sameClassShare(classes([1], { 1: 'bed' }), classes([], {}))).toBeUndefined();
  });
});
