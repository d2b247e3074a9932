import { expect, test } from 'vitest';
import { smallFixture } from '../../fixtures/small.ts';
import { separatePacks } from './separate.ts';

const depth = smallFixture('depth');
const refer = smallFixture('refer');
const segment = smallFixture('segment');
const sd = smallFixture('sd');

test.each([
  ['one checkpoint', [depth], [[depth]]],
  ['a referring checkpoint and the one with its CLIP', [sd, refer], [[refer, sd]]],
  ['two tasks', [segment, depth], [[segment], [depth]]],
  ['every task, and one CLIP', [depth, sd, refer, segment], [[depth], [refer, sd], [segment]]],
  ['a checkpoint that needs no CLIP, and a plain one', [sd, depth], [[depth], [sd]]],
  ['two plain checkpoints, which the plan refuses', [sd, sd], [[sd, sd]]],
  ['nothing', [], []],
])('%s', (_, given, packs) => {
  expect(separatePacks(given)).toEqual(packs);
});
