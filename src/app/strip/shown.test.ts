import { expect, test } from 'vitest';
import { addMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { depthKey, referKey, segmentKey } from '../results/result-keys.ts';
import { createResults } from '../results/results.ts';
import { depth, mask } from '../testing/bench.ts';
import { keptOnDisk } from '../testing/kept.ts';
import { photo } from '../testing/photo.ts';
import { knownWords, maskCount, placeWords, resultNames, shownPhotos } from './shown.ts';

test('hidden samples leave the strip, except the selected one', () => {
  const photos = [photo('s1', 'sample'), photo('a'), photo('s2', 'sample')];
  const ids = (selected: string, hidden: boolean) => shownPhotos({ photos, selected }, hidden).map(({ id }) => id);
  expect(ids('a', false)).toEqual(['s1', 'a', 's2']);
  expect(ids('a', true)).toEqual(['a']);
  expect(ids('s2', true)).toEqual(['a', 's2']);
});

test('the place of the selected photo is counted among photos of its kind', () => {
  const shown = [photo('s1', 'sample'), photo('a'), photo('s2', 'sample'), photo('b'), photo('c')];
  const words = ['s2', 'b', 'c', 'gone', undefined].map((selected) => placeWords(shown, selected));
  expect(words).toEqual(['2 of 2', '2 of 3', '3 of 3', '', '']);
});

test('results in memory and on disk are named once, without those of other models; masks are counted', async () => {
  const results = createResults();
  const kept = keptOnDisk();
  results.kept = kept.results;
  const segment = { width: 1, height: 1, labels: Uint8Array.of(0), areas: [1], names: ['wall'], timings: [] };
  const origin = { from: 'the report r.html', pack: { name: 'q', hash: 'b' } };
  await kept.keep(depthKey('a', undefined), { task: 'depth', result: depth() }, 'this');
  await kept.keep(depthKey('b', undefined), { task: 'depth', result: depth() }, 'other');
  await kept.keep(depthKey('c', undefined), { task: 'depth', result: depth() }, 'other', origin);
  results.set(depthKey('a', undefined), { task: 'depth', result: depth() });
  results.set(segmentKey('a'), { task: 'segment', result: Object.assign(Object.create(null), segment) });
  results.set(referKey('b', 'lamp', false), { task: 'refer', result: mask() });
  expect([...resultNames(results, { hash: 'this' })]).toEqual([
    ['a', ['classes', 'depth']],
    ['c', ['depth']],
  ]);
  expect(resultNames(results, undefined).get('b')).toEqual(['depth']);

  const masks = { b: addMask(addMask(NO_MASKS, 'lamp'), 'sofa') };
  expect([maskCount(masks, 'a'), maskCount(masks, 'b')]).toEqual([0, 2]);
  expect(knownWords(['classes', 'depth'], 2)).toBe('classes, depth, 2 masks');
  expect(knownWords([], 1)).toBe('1 mask');
  expect(knownWords([], 0)).toBe('');
});
