import { expect, test } from 'vitest';
import type { AblateResult, ReferResult } from '../../engine/protocol.ts';
import { ablationChange } from './overlay.ts';

const plane = { width: 2, height: 1, timings: [] };
const result = (...probability: number[]): ReferResult => ({
  ...plane,
  probability: Float32Array.from(probability),
  area: 0,
  tokens: [],
  words: [],
  cut: [],
  maps: [],
});

test('a change is computed once per result and threshold, and again for a new result of the same prompt', () => {
  const ablated: AblateResult = { ...plane, probability: Float32Array.of(0.9, 0.1), area: 0.5, iou: 1 };
  const [old, recomputed] = [result(0.9, 0.9), result(0.9, 0.1)];
  const change = ablationChange(ablated, old, 0.5);
  expect(change.lost).toBe(0.5);
  expect(ablationChange(ablated, old, 0.5)).toBe(change);
  expect(ablationChange(ablated, recomputed, 0.5).lost).toBe(0);
  expect(ablationChange(ablated, recomputed, 0.05)).toMatchObject({ before: 1, after: 1 });
});
