import { expect, test } from 'vitest';
import {
  ablateClassesKey,
  ablateKey,
  askedBy,
  depthKey,
  isWithout,
  photoOf,
  questionOf,
  rawMapsKey,
  referKey,
  segmentKey,
  withoutPhoto,
  withPhoto,
} from './result-keys.ts';

test('keys have the form that kept sessions have them in', () => {
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

test('a key tells its photo from what is asked, whatever the words', () => {
  const key = referKey('photo-1', 'a | b', true);
  expect([photoOf(key), questionOf(key), askedBy(key)]).toEqual(['photo-1', 'zero-shot', 'a | b']);
  expect(withPhoto('photo-2', withoutPhoto(key))).toBe(referKey('photo-2', 'a | b', true));
  expect(askedBy(depthKey('photo-1', undefined))).toBe('');
});

test('a prompt without some of its words is known by its photo and its prompt', () => {
  const key = ablateKey('photo-1', 'red box', [1]);
  expect(isWithout(key, 'photo-1', 'red box')).toBe(true);
  expect(isWithout(key, 'photo-11', 'red box')).toBe(false);
  expect(isWithout(key, 'photo-1', 'blue box')).toBe(false);
  expect(isWithout(referKey('photo-1', 'red box', false), 'photo-1', 'red box')).toBe(false);
});
