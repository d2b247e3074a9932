import { expect, test } from 'vitest';
import {
  formatAttention,
  formatChance,
  formatDuration,
  formatMetres,
  formatPercent,
  formatShare,
  formatSmall,
  formatWeight,
  stem,
} from './format.ts';

test('numbers are formatted for people', () => {
  expect(formatMetres(2.4149)).toBe('2.41 m');
  expect(formatMetres(Number.NaN)).toBe('– m');
  expect(formatShare(0.1234)).toBe('12.3 %');
  expect(formatShare(0.0004)).toBe('< 0.1 %');
  expect(formatShare(0)).toBe('0.0 %');
  expect(formatPercent(0.455)).toBe('46 %');
  expect([0, 0.004, 0.006, 0.7, 0.994, 0.996, 1, Number.NaN].map(formatChance)).toEqual([
    'under 1 %',
    'under 1 %',
    '1 %',
    '70 %',
    '99 %',
    'over 99 %',
    'over 99 %',
    '– %',
  ]);
  expect(formatWeight(0.00004)).toBe('< 0.001');
  expect(formatWeight(0.25)).toBe('0.250');
  expect([0.4321, 0.00042, 1e-6, 1e-9, 0].map(formatSmall)).toEqual([
    '0.43',
    '0.00042',
    '0.0000010',
    '< 0.000001',
    '0',
  ]);
  expect([0.25, 0.001, 0.00042, 0, Number.NaN].map(formatAttention)).toEqual(['0.250', '0.001', '0.00042', '0', '–']);
  expect(formatDuration(0.4)).toBe('< 1 ms');
  expect(formatDuration(999)).toBe('999 ms');
  expect(formatDuration(1500)).toBe('1.5 s');
  expect(formatDuration(61_000)).toBe('1 min 1 s');
  expect(formatDuration(3_700_000)).toBe('1 h 2 min');
});

test('a duration just below a unit is rounded up to it', () => {
  expect(formatDuration(999.6)).toBe('1.0 s');
  expect(formatDuration(59_940)).toBe('59.9 s');
  expect(formatDuration(59_970)).toBe('1 min 0 s');
  expect(formatDuration(119_600)).toBe('2 min 0 s');
  expect(formatDuration(3_599_400)).toBe('59 min 59 s');
  expect(formatDuration(3_599_600)).toBe('1 h 0 min');
  expect(formatDuration(7_199_000)).toBe('2 h 0 min');
});

test('the stem of a file name, with which the names of downloads begin', () => {
  expect(stem('IMG 12.jpeg')).toBe('IMG 12');
  expect(stem('a/b.c/photo.tar.png')).toBe('photo.tar');
  expect(stem('.png')).toBe('.png');
  expect(stem('')).toBe('photo');
});
