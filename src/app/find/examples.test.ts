import { expect, test } from 'vitest';
import { segmentKey } from '../results/result-keys.ts';
import { createResults } from '../results/results.ts';
import { createAppStore } from '../store.ts';
import { photo } from '../testing/photo.ts';
import { examplesOf } from './examples.ts';

const SAMPLE = { ...photo('room', 'sample'), prompts: ['the red chair', 'the bed', 'the lamp', 'the door', 'the box'] };

test('a photo has the prompts that come with it, else its classes, else some of the samples', () => {
  const results = createResults();
  const examples = (selected: string) =>
    examplesOf(createAppStore({ photos: [SAMPLE, photo('own')], selected }).getState(), results);
  expect(examples('room')).toEqual({ prompts: SAMPLE.prompts, from: 'photo' });
  expect(examples('own')).toEqual({ prompts: ['the red chair', 'the bed', 'the lamp', 'the door'], from: 'samples' });

  const present = [
    { index: 0, name: 'wall', area: 0.4 },
    { index: 2, name: 'ceiling', area: 0.3 },
    { index: 8, name: 'table', area: 0.2 },
    { index: 7, name: 'chair', area: 0.09 },
    { index: 9, name: 'sofa', area: 0.004 },
  ];
  const result = { width: 1, height: 1, labels: Uint8Array.of(0), present, maps: [], timings: [] };
  results.set(segmentKey('own'), { task: 'segment', result });
  expect(examples('own')).toEqual({
    prompts: ['the table', 'the chair', 'the wall', 'the ceiling'],
    from: 'photo',
  });
});
