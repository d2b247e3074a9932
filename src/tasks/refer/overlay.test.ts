import { expect, test } from 'vitest';
import type { AblateResult, ReferResult } from '../../engine/results.ts';
import { addMask, changeMask, type MaskHistory, NO_MASKS } from './masks/masks.ts';
import { shapeOf } from './masks/shape.ts';
import { ablationChange, referLayers } from './overlay.ts';
import { REFER_VIEW } from './view.ts';

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

test('the mask whose row is under the pointer is drawn last and stronger, the others fainter, unless it is hidden', () => {
  let history: MaskHistory = NO_MASKS;
  for (const prompt of ['wall', 'lamp', 'bed']) history = addMask(history, prompt);
  const drawn = (hoveredMask: string | undefined) => {
    const masks = history.items.map((item) => {
      const found = result(0.9, 0.1);
      return { item, result: found, shape: shapeOf(found, item) };
    });
    const extra = { raw: undefined, ablated: undefined };
    const look = { opacity: 0.4, blend: 'normal' } as const;
    return referLayers(masks, 'bed', { ...REFER_VIEW, hoveredMask }, extra, look, false).map(({ opacity }) => opacity);
  };
  expect(drawn(undefined)).toEqual([0.4, 0.4, 0.4]);
  expect(drawn('wall')).toEqual([0.1, 0.1, 0.7]);
  history = changeMask(history, 'wall', { hidden: true });
  expect(drawn('wall')).toEqual([0.4, 0.4]);
});
