import { expect, test } from 'vitest';
import {
  ablateClassesKey,
  ablateKey,
  depthKey,
  isAblationOf,
  isZeroShot,
  photoOf,
  rawMapsKey,
  referKey,
  segmentKey,
  taskOf,
  withoutPhoto,
  withPhoto,
  wordsOf,
} from './result-keys.ts';

test('keys have the form of saved sessions', () => {
  expect([
    depthKey('photo-1', undefined),
    depthKey('photo-1', 'office'),
    referKey('photo-1', 'a | b', false),
    referKey('photo-1', 'a | b', true),
    segmentKey('photo-1'),
    ablateKey('photo-1', 'red box', [2, 1]),
    ablateClassesKey('photo-1', [12, 3]),
    rawMapsKey('photo-1', 'red box'),
  ]).toEqual([
    'photo-1|depth|',
    'photo-1|depth|office',
    'photo-1|refer|a | b',
    'photo-1|zero-shot|a | b',
    'photo-1|segment|',
    'photo-1|ablate|1,2|red box',
    'photo-1|ablateClasses|3,12',
    'photo-1|rawMaps|red box',
  ]);
});

test('photo, task and words are read from a key, whatever characters the words have', () => {
  const key = referKey('photo-1', 'a | b', true);
  expect([photoOf(key), taskOf(key), isZeroShot(key), wordsOf(key)]).toEqual(['photo-1', 'refer', true, 'a | b']);
  expect([referKey('photo-1', 'a', false), segmentKey('photo-1'), rawMapsKey('photo-1', 'a')].map(taskOf)).toEqual([
    'refer',
    'segment',
    undefined,
  ]);
  expect(withPhoto('photo-2', withoutPhoto(key))).toBe(referKey('photo-2', 'a | b', true));
  expect(wordsOf(depthKey('photo-1', undefined))).toBe('');
});

test('an ablation’s key is recognized by its photo and its prompt', () => {
  const key = ablateKey('photo-1', 'red box', [1]);
  expect(isAblationOf(key, 'photo-1', 'red box')).toBe(true);
  expect(isAblationOf(key, 'photo-11', 'red box')).toBe(false);
  expect(isAblationOf(key, 'photo-1', 'blue box')).toBe(false);
  expect(isAblationOf(referKey('photo-1', 'red box', false), 'photo-1', 'red box')).toBe(false);
});
