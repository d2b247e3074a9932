/** Values of a sample's truth beside those of the result. */
import { expect, test } from 'vitest';
import type { SampleTruth } from '../../samples/truth.ts';
import { depthKey, referKey, segmentKey } from '../results/result-keys.ts';
import { createResults } from '../results/results.ts';
import { type AppState, createAppStore } from '../store.ts';
import { depth, mask } from '../testing/bench.ts';
import { photo } from '../testing/photo.ts';
import { otherSide } from './other-side.ts';
import { readAt, spoken } from './probe.ts';

/** 2×1 pixels: a lamp at 2 m, and one pixel without truth. */
const TRUTH: SampleTruth = {
  width: 2,
  height: 1,
  metres: Float32Array.of(2, 0),
  range: { min: 0.001, max: 10, crop: null },
  labels: Uint8Array.of(1, 255),
  names: ['wall', 'lamp'],
  ignore: 255,
  masks: new Map([['the lamp', Uint8Array.of(1, 0)]]),
};

const segment = {
  width: 1,
  height: 1,
  labels: Uint8Array.of(0),
  present: [{ index: 0, name: 'wall', area: 1 }],
  maps: [],
  timings: [],
};

function at(u: number, change: Partial<AppState> = {}) {
  const results = createResults();
  results.truths.set('a', TRUTH);
  results.set(depthKey('a', undefined), { task: 'depth', result: depth() });
  results.set(segmentKey('a'), { task: 'segment', result: segment });
  results.set(referKey('a', 'the lamp', false), { task: 'refer', result: mask() });
  const store = createAppStore({
    photos: [photo('a', 'sample')],
    selected: 'a',
    prompt: 'the lamp',
    truth: true,
    crosshair: { u, v: 0.5, by: 'keys' },
    ...change,
  });
  const state = store.getState();
  const other = otherSide(state, results);
  const reading = readAt(state, results);
  return { other, said: reading && spoken(reading, other?.spoken) };
}

test('the truth is right of the result, in metres, by class and by mask, and is announced after it', () => {
  const { other, said } = at(0.25);
  expect(other).toMatchObject({ side: 'right', metres: '2.00 m', className: 'lamp', mask: 'inside' });
  expect(said).toBe('column 1, row 1; 1.00 metres; wall; mask 1.000; truth; 2.00 metres; lamp; inside the true mask');
});

test('where the truth has no value, there is a dash', () => {
  expect(at(0.75).other).toMatchObject({ metres: '– m', className: '–', mask: 'outside' });
  expect(at(0.75, { prompt: 'the bed' }).other).toMatchObject({ mask: '–', spoken: [] });
});

test('without the truth on the stage there is no other side', () => {
  expect(at(0.25, { truth: false }).other).toBeUndefined();
  expect(at(0.25, { crosshair: undefined }).other).toBeUndefined();
});
