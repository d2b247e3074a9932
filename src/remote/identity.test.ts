import { expect, test } from 'vitest';
import { checkSame, contentRange, type Identity, identityOf, merged } from './identity.ts';

const answer = (status: number, headers: Record<string, string>) => new Response(null, { status, headers });
const UNKNOWN: Identity = { etag: undefined, modified: undefined, size: undefined };

test.each([
  ['bytes 0-99/1234', { start: 0, end: 100, size: 1234 }],
  ['bytes 5-9/*', { start: 5, end: 10, size: undefined }],
  ['bytes */1234', undefined],
  ['lines 0-9/10', undefined],
])('Content-Range: %s', (range, parsed) =>
  expect(contentRange(answer(206, { 'content-range': range }))).toEqual(parsed),
);

test.each<[string, number, Record<string, string>, boolean, number | undefined]>([
  ['the length of a whole file', 200, { 'content-length': '12' }, true, 12],
  ['a length that may be of compressed bytes', 200, { 'content-length': '12' }, false, undefined],
  ['a length of compressed bytes', 200, { 'content-length': '12', 'content-encoding': 'gzip' }, true, undefined],
  ['a length that is no number', 200, { 'content-length': 'x' }, true, undefined],
  ['the length of a part', 206, { 'content-length': '12' }, true, undefined],
  ['the range of a part', 206, { 'content-length': '12', 'content-range': 'bytes 0-11/70' }, true, 70],
  ['the length of a page about an error', 404, { 'content-length': '12' }, true, undefined],
])('the size from %s', (_, status, headers, plain, size) =>
  expect(identityOf(answer(status, headers), plain).size).toBe(size),
);

test('a file is the same unless something that both responses show differs', () => {
  const known: Identity = { etag: '"one"', modified: 'Monday', size: 7 };
  const problem = (a: Identity, b: Identity) => {
    try {
      checkSame('a.bin', a, b);
    } catch (thrown) {
      return String(thrown).match(/\((.*)\)/)?.[1];
    }
    return undefined;
  };
  expect(problem(known, UNKNOWN)).toBeUndefined();
  expect(problem(UNKNOWN, known)).toBeUndefined();
  expect(problem(known, { ...known, etag: 'W/"one"' })).toBeUndefined();
  expect(problem({ ...known, etag: 'W/"one"' }, known)).toBeUndefined();
  expect(problem(known, { ...known, size: 8 })).toBe('7 bytes became 8');
  expect(problem(known, { ...known, etag: '"two"' })).toBe('its ETag "one" became "two"');
  expect(problem(known, { ...known, modified: 'Tuesday' }), 'the ETag decides').toBeUndefined();
  expect(problem({ ...known, etag: undefined }, { ...known, modified: 'Tuesday' })).toBe(
    'its date Monday became Tuesday',
  );
  expect(merged({ ...UNKNOWN, etag: 'W/"one"' }, known), 'what was known first remains').toEqual({
    ...known,
    etag: 'W/"one"',
  });
});
