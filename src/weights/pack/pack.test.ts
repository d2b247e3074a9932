import { expect, test } from 'vitest';
import { tinyPackFiles } from '../../engine/testing/tiny-model.ts';
import { summarize } from './pack.ts';
import { type PackConfig, parsePackConfig } from './pack-config.ts';
import { isSameModel, shortHash } from './pack-summary.ts';

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
