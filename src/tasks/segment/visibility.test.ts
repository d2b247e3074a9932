import { expect, test } from 'vitest';
import { hiddenElsewhere, hiddenExcept, hidesAny, isOnly } from './visibility.ts';

const classes = ['wall', 'bed', 'lamp'].map((name, index) => ({ index, name, area: 1 / 3 }));

test('one class is shown alone, whatever was hidden, also in other photos', () => {
  const hidden = hiddenExcept('bed', classes, ['bed', 'sky', 'lamp']);
  expect(hidden).toEqual(['sky', 'lamp', 'wall']);
  expect(isOnly('bed', classes, hidden)).toBe(true);
  expect(isOnly('bed', classes, ['wall'])).toBe(false);
  expect(isOnly('wall', classes, hidden)).toBe(false);
});

test('a class that another photo has is not hidden in this one', () => {
  expect(hidesAny(classes, ['sky'])).toBe(false);
  expect(hidesAny(classes, ['sky', 'lamp'])).toBe(true);
});

test('all classes are shown again only in the photo where this is asked', () => {
  expect(hiddenElsewhere(classes, ['bed', 'sky', 'lamp'])).toEqual(['sky']);
  expect(hiddenElsewhere(classes, ['bed'])).toEqual([]);
});
