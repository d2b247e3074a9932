import { expect, test } from 'vitest';
import type { AblateClassesResult, SegmentResult } from '../../engine/results.ts';
import { segmentLayers } from './overlay.ts';
import { SEGMENT_VIEW } from './view.ts';

const UNCHANGED = 255;
const classes = (...labels: number[]): SegmentResult => ({
  width: labels.length,
  height: 1,
  labels: Uint8Array.from(labels),
  present: [],
  maps: [],
  timings: [],
});
const ablated: AblateClassesResult = { ...classes(1, 2), changed: 0, moves: [] };

function changesOf(result: SegmentResult) {
  const [layer] = segmentLayers(result, SEGMENT_VIEW, { opacity: 1, blend: 'normal' }, ablated);
  if (layer?.kind !== 'labels') throw new Error('The layer has no labels.');
  return layer.plane;
}

test('the changed pixels are computed once per result, and again for a new result of the same photo', () => {
  const old = classes(1, 1);
  const plane = changesOf(old);
  expect([...plane.data]).toEqual([UNCHANGED, 2]);
  expect(changesOf(old)).toBe(plane);
  expect([...changesOf(classes(0, 2)).data]).toEqual([1, UNCHANGED]);
});

test('a result of another size is resized before the comparison', () => {
  expect([...changesOf(classes(0, 1, 0, 0)).data]).toEqual([UNCHANGED, 2]);
});
