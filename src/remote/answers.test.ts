import { expect, test } from 'vitest';
import { isTransient, isWebPage } from './answers.ts';

test('after some answers the same request may succeed later', () => {
  const statuses = [200, 304, 400, 401, 403, 404, 408, 410, 416, 425, 429, 500, 501, 502, 503, 504, 505];
  expect(statuses.filter(isTransient)).toEqual([408, 425, 429, 500, 502, 503, 504]);
});

test.each([
  ['Text/HTML; charset=utf-8', true],
  ['application/octet-stream', false],
])('%s is a web page: %s', (type, page) =>
  expect(isWebPage(new Response('', { headers: { 'content-type': type } }))).toBe(page),
);
