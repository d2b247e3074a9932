import { expect, test } from 'vitest';
import { duplicateKey } from './json-keys.ts';

test.each([
  ['{"a":1,"b":2,"a":3}', 'a'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['{"a\\"b":1,"a\\"b":2}', 'a"b'],
  ['{"a\\\\":1,"b":2,"a\\\\":3}', 'a\\'],
  ['{"a":{"b":1},"b":2,"b":3}', 'b'],
])('%s has the key %s twice', (json, key) => expect(duplicateKey(json)).toBe(key));

test.each([
  '{}',
  '{"a":1,"b":2}',
  '{"a":{"b":1,"b":2},"b":3}',
  '{"a":[{"b":1},{"b":2}]}',
  '{"a":"}\\",\\"a\\":","b":"{["}',
  '{"a":"b","b":"a"}',
])('%s has no key of its own twice', (json) => expect(duplicateKey(json)).toBeUndefined());
