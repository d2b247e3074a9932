import { expect, test } from 'vitest';
import { formatBytes } from './format-bytes.ts';

test.each([
  [999, '999 B'],
  [1500, '2 kB'],
  [23_400_000, '23.4 MB'],
  [4.3e9, '4.30 GB'],
  [Number.POSITIVE_INFINITY, '–'],
])('%d bytes', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
