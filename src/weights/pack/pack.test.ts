import { expect, test } from 'vitest';
import { tinyPackFiles } from '../../engine/testing/tiny-model.ts';
import { atLongSide, summarize } from './pack.ts';
import { type PackConfig, parsePackConfig } from './pack-config.ts';
import { canRun, isSameModel, shortHash } from './pack-summary.ts';

test('a pack’s hash depends on everything that affects its results, and on nothing else', async () => {
  const config = parsePackConfig((await tinyPackFiles()).config);
  const { tasks, unet, working } = config;
  const { depth, refer } = tasks;
  if (!depth || !refer) throw new Error('The tiny model has all tasks.');
  const hashOf = (change: Partial<PackConfig>) => summarize({ ...config, ...change }).hash;
  const own = hashOf({});
  expect(own).toMatch(/^0{64}-[0-9a-f]{8}$/);
  expect(shortHash(own)).toMatch(/^0{12}-[0-9a-f]{8}$/);
  expect(hashOf({ name: 'other', licence: 'none', provenance: { made: 'today' } })).toBe(own);

  const heldOut = { present: 1, absent: 1, precision: 1, recall: 1, auc: 1 };
  const absence = { weights: { peak: 1, area: 1, words: 1, contrast: 1 }, bias: 0, threshold: 0.5, heldOut };
  const others = [
    hashOf({ unet: { ...unet, heads: 4 } }),
    hashOf({ tasks: { ...tasks, depth: { ...depth, maxDepth: 80 } } }),
    hashOf({ tasks: { ...tasks, refer: { ...refer, absence } } }),
    hashOf({ working: { ...working, longSide: 64 } }),
  ];
  expect(new Set([own, ...others]).size).toBe(5);
});

test('a hash of the weights alone, as in earlier reports, matches any model with these weights', () => {
  const [weights, other] = ['a'.repeat(64), 'b'.repeat(64)];
  expect(isSameModel(`${weights}-8c94e1be`, `${weights}-8c94e1be`)).toBe(true);
  expect(isSameModel(`${weights}-8c94e1be`, weights)).toBe(true);
  expect(isSameModel(`${weights} at 256 px`, `${weights}-8c94e1be at 256 px`)).toBe(true);
  expect(isSameModel(`${weights}-8c94e1be`, `${weights}-1b3f0f4c`)).toBe(false);
  expect(isSameModel(`${weights}-8c94e1be at 256 px`, weights)).toBe(false);
  expect(isSameModel(`${weights}-8c94e1be`, other)).toBe(false);
});

test('the hash of several weight files depends on their order by name, not on that of the list', async () => {
  const config = parsePackConfig((await tinyPackFiles()).config);
  const file = (digit: string) => ({ bytes: 1, sha256: digit.repeat(64) });
  const hashOf = (files: PackConfig['files']) => summarize({ ...config, files }).hash;
  const [one, two] = ['model-1.safetensors', 'model-2.safetensors'];
  const own = hashOf({ [one]: file('a'), [two]: file('b') });
  expect(hashOf({ [two]: file('b'), [one]: file('a'), 'README.md': file('c') })).toBe(own);
  expect(hashOf({ [one]: file('b'), [two]: file('a') })).not.toBe(own);
});

test('a smaller long side scales the short side, and is part of the hash', async () => {
  const config = parsePackConfig((await tinyPackFiles()).config);
  const working = { longSide: 512, shortSide: 384, multiple: 64 };
  const pack = { config: { ...config, working }, index: new Map(), files: new Map(), summary: summarize(config) };
  const small = atLongSide(pack, 256);
  expect(small.config.working).toEqual({ longSide: 256, shortSide: 192, multiple: 64 });
  expect(small.summary).toMatchObject({
    hash: `${pack.summary.hash} at 256 px`,
    working: small.config.working,
    learnedSide: 512,
  });
  for (const side of [undefined, 512, 1024]) expect(atLongSide(pack, side)).toBe(pack);
  expect(atLongSide(pack, 1).config.working.shortSide).toBe(1);
});

test('words are found by a referring head, or by a text encoder without one', async () => {
  expect(canRun({ tasks: [], maxTokens: 77 }, 'refer')).toBe(true);
  expect(canRun({ tasks: ['depth'], maxTokens: 0 }, 'refer')).toBe(false);
  expect(canRun({ tasks: ['depth'], maxTokens: 77 }, 'segment')).toBe(false);
  const config = parsePackConfig((await tinyPackFiles()).config);
  const { refer, ...others } = config.tasks;
  // Of the 8 tokens of the text encoder the referring head takes 6.
  expect([refer?.tokens, summarize(config).maxTokens]).toEqual([6, 6]);
  expect(summarize({ ...config, tasks: others }).maxTokens).toBe(8);
});

test.each(['.hidden', 'a/b', '', `${'x'.repeat(198)}.bin`])('a pack may not list a file named “%s”', async (name) => {
  const config = JSON.parse((await tinyPackFiles()).config);
  const files = { ...config.files, [name]: { bytes: 1, sha256: '0'.repeat(64) } };
  expect(() => parsePackConfig(JSON.stringify({ ...config, files }))).toThrow(`“${name}” is not a plain file name`);
});
