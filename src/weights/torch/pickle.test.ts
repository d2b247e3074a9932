import { expect, test } from 'vitest';
import { join, pickle } from '../testing/hostile-files.ts';
import { type PickleBuilders, unpickle } from './pickle.ts';

const { program, integer, global, call } = pickle;
const NOTHING: PickleBuilders = { call: () => undefined, persistent: () => null };
const read = (bytes: Uint8Array) => unpickle('w', bytes, NOTHING);
const be64 = (value: number) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return new Uint8Array(view.buffer);
};

test.each<[string, Uint8Array | string, unknown]>([
  ['BINFLOAT, big-endian', join('G', be64(-1.5)), -1.5],
  ['LONG1 without bytes', '\x8a\x00', 0],
  ['LONG1, negative', '\x8a\x01\x80', -128],
  ['LONG1, positive', '\x8a\x01\x40', 64],
  ['LONG1, positive with a byte for the sign', '\x8a\x02\xc0\x00', 192],
  ['LONG1 beyond 2^53', '\x8a\x09\x01\x00\x00\x00\x00\x00\x00\x00\x01', 2n ** 64n + 1n],
  ['INT', 'I-12\n', -12],
  ['INT of a boolean', '(I01\nI00\nt', { kind: 'tuple', items: [true, false] }],
  ['INT beyond 2^53', 'I9007199254740993\n', 9_007_199_254_740_993n],
  ['LONG', 'L12L\n', 12],
  ['FLOAT', 'F-1.5e3\n', -1500],
  ['STRING with escapes', "S'a\\x41\\102\\n\\'\\q'\n", "aAB\n'q"],
  ['UNICODE with an escape', 'V\\u00e9\n', 'é'],
  ['TUPLE3 in order', 'K\x01K\x02K\x03\x87', { kind: 'tuple', items: [1, 2, 3] }],
  ['POP of a mark', 'N(0', null],
  ['MEMOIZE, numbered from 0', 'K\x05\x94K\x06\x94h\x00', 5],
  [
    'DUP',
    ']2\x86',
    {
      kind: 'tuple',
      items: [
        { kind: 'list', items: [] },
        { kind: 'list', items: [] },
      ],
    },
  ],
])('%s', (_, parts, value) => expect(read(program(parts)).value).toEqual(value));

test.each([
  ['a value below an open mark', 'N(', 'takes a value from an empty stack at byte 5'],
  ['an integer of 17 bytes', `\x8a\x11${'\x00'.repeat(17)}`, 'has an integer of 17 bytes at byte 21'],
  ['a class without text', 'K\x01K\x02\x93', 'names a class without text at byte 7'],
  ['arguments in a list', `${global('os', 'system')}]R`, 'passes a list as arguments at byte 15'],
  ['an item appended to None', 'NK\x01a', 'appends to None at byte 6'],
  ['a number without digits', 'F\n', 'has the number “” at byte 4'],
  ['a number that is none', 'Fnan\n', 'has the number “nan” at byte 7'],
  ['a number of 41 digits', `I${'1'.repeat(41)}\n`, `has the number “${'1'.repeat(40)}” at byte 45`],
  ['a name without an end', 'cos', 'ends inside a name at byte 3'],
])('%s is refused', (_, parts, problem) => {
  expect(() => read(program(parts))).toThrow(`w: the pickle ${problem}, so the file is corrupt or hostile.`);
});

test('at most fifty foreign names are reported', () => {
  const calls = Array.from({ length: 60 }, (_, i) => join(call('evil', `f${i}`, integer(i)), '0'));
  expect(read(program(...calls, 'N')).foreign).toHaveLength(50);
});
