import { expect, test } from 'vitest';
import { formatDay, formatMinute } from './format-date.ts';

test('day and month cannot be confused, and a time names its zone', () => {
  // Noon in UTC: the same day in nearly every time zone.
  expect(formatDay('2026-12-01T12:00:00.000Z')).toBe('1 Dec 2026');
  expect(formatMinute('2026-12-01T12:06:20.726Z')).toMatch(/^1 December 2026(,| at) \d\d:\d\d \S+$/);
});

test('what is no date is shown as it is', () => {
  expect([formatDay('yesterday'), formatMinute('')]).toEqual(['yesterday', '']);
});
