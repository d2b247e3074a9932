import { expect, test } from 'vitest';
import type { DepthResult } from '../../engine/results.ts';
import { measure, withPoint } from './measure.ts';
import { DEPTH_VIEW } from './view.ts';

function depth(width: number, height: number, value: (i: number) => number): DepthResult {
  const metres = Float32Array.from({ length: width * height }, (_, i) => value(i));
  return { width, height, metres, min: Math.min(...metres), max: Math.max(...metres), timings: [] };
}

test('measures the depths at two points and their distance in space', () => {
  // At 90° the focal length is half the width, so the outermost pixels of a row lie 45° (less half a pixel) to each side.
  const wall = depth(100, 1, () => 2);
  const [left, right] = [
    { u: 0, v: 0 },
    { u: 0.999, v: 0 },
  ];
  expect(measure(wall, [left], 90)).toEqual({ depths: [2], distance: undefined });
  expect(measure(wall, [left, right], 90).distance).toBeCloseTo(4 * 0.99, 6);
  const step = depth(2, 1, (i) => 1 + 3 * i);
  const found = measure(step, [left, right], 90);
  expect(found.depths).toEqual([1, 4]);
  expect(found.distance).toBeCloseTo(Math.hypot(2.5, 3), 6);
});

test('a third point starts a new pair, and so does a point on another photo', () => {
  const points = [0.1, 0.2, 0.3].map((u) => ({ u, v: 0.5 }));
  let view = DEPTH_VIEW;
  const counts = points.map((point) => {
    view = { ...view, ...withPoint(view, 'a', point) };
    return view.measured?.points.length;
  });
  expect(counts).toEqual([1, 2, 1]);
  expect(withPoint(view, 'b', { u: 0.9, v: 0.9 }).measured).toEqual({ photo: 'b', points: [{ u: 0.9, v: 0.9 }] });
});
