import { expect, test } from 'vitest';
import { parseClassMeta, parseDepthMeta, parseRefs } from './layout.ts';

const depth = { scale: 0.001, offset: 0 };
const range = { min: 0.001, max: 10 };

test('reads the meta.json of a depth folder', () => {
  const text = JSON.stringify({ depth, eval: { ...range, crop: [0, 48, 0, 64] } });
  expect(parseDepthMeta(text, 'meta.json').eval.crop).toEqual([0, 48, 0, 64]);
  expect(parseDepthMeta(JSON.stringify({ depth, eval: range }), 'meta.json').eval.crop).toBeNull();
});

const CROP = '"eval.crop" breaks the rule 0 ≤ top < bottom and 0 ≤ left < right in whole pixels';
const DEPTH = '"depth" breaks the rule that scale is not 0 and both numbers are finite';
const RANGE = '"eval" breaks the rule 0 < min < max';

test.each([
  [{ depth, eval: { ...range, crop: [0, 0, 0, 64] } }, CROP],
  [{ depth, eval: { ...range, crop: [0, 48, 64, 64] } }, CROP],
  [{ depth, eval: { ...range, crop: [0, 48, -1, 64] } }, CROP],
  [{ depth, eval: { ...range, crop: [0, 48, 0.5, 64] } }, CROP],
  [{ depth, eval: { ...range, crop: [-1, 48, 0, 64] } }, CROP],
  [{ depth, eval: { min: -1, max: 10 } }, RANGE],
  [{ depth, eval: { min: 0, max: 10 } }, RANGE],
  [{ depth, eval: { min: 10, max: 10 } }, RANGE],
  [{ depth: { scale: 0, offset: 0 }, eval: range }, DEPTH],
])('refuses %j', (meta, message) => {
  expect(() => parseDepthMeta(JSON.stringify(meta), 'meta.json')).toThrow(`meta.json: ${message}; see "eval --help".`);
});

test('numbers that overflow to infinity are refused', () => {
  const text = JSON.stringify({ depth, eval: range });
  for (const [from, to, message] of [
    ['"max":10', '"max":1e999', RANGE],
    ['"scale":0.001', '"scale":1e999', DEPTH],
    ['"offset":0', '"offset":1e999', DEPTH],
  ] as const)
    expect(() => parseDepthMeta(text.replace(from, to), 'meta.json')).toThrow(message);
});

test('names of classes are unique, and labels are whole numbers', () => {
  expect(parseClassMeta('{"names": ["wall", "floor mat"]}', 'classes.json').ignore).toBe(255);
  expect(() => parseClassMeta('{"names": ["floor mat", "Floor_Mat"]}', 'classes.json')).toThrow(
    'classes.json: "names" has "Floor_Mat" twice (case and underscores do not count); see "eval --help".',
  );
  expect(() => parseClassMeta('{"names": ["wall"], "ignore": 0.5}', 'classes.json')).toThrow(
    'classes.json: "ignore" is 0.5; a label is a whole number, see "eval --help".',
  );
});

test('an expression has a mask, or is absent, and not both', () => {
  const ref = { image: 'a.png', expression: 'a chair' };
  const parse = (extra: object) =>
    parseRefs(
      JSON.stringify([
        { ...ref, mask: 'a.mask.png' },
        { ...ref, ...extra },
      ]),
      'refs.json',
    );
  expect(parse({ absent: true })).toHaveLength(2);
  expect(parse({ mask: { size: [1, 2], counts: 'x' }, absent: false })).toHaveLength(2);
  expect(() => parse({})).toThrow('refs.json: "1" has neither a mask nor "absent": true; see "eval --help".');
  expect(() => parse({ mask: 'b.png', absent: true })).toThrow(
    'refs.json: "1" has both a mask and "absent": true; see "eval --help".',
  );
});
