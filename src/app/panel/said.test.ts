import { beforeEach, expect, test } from 'vitest';
import { depth, mask, settle, testBench } from '../testing/bench.ts';
import { resultSaid } from './said.ts';

let bench: ReturnType<typeof testBench>;
const said = () => resultSaid(bench.store.getState(), bench.results);

beforeEach(async () => {
  bench = testBench();
  await bench.open();
  await bench.add('a.png');
});

test('depth is said with its ends once it is computed, and not on the other tabs', async () => {
  expect(said()).toBe('');
  await bench.answer('depth', { ...depth(), min: 1.23, max: 4.76 });
  expect(said()).toBe('Depth: 1.2 to 4.8 m.');
  bench.session.find('box');
  await settle();
  await bench.answer('refer', mask());
  expect(said(), 'Find says its own').toBe('');
  bench.session.setTask('depth');
  expect(said()).toBe('Depth: 1.2 to 4.8 m.');
  await bench.add('b.png');
  expect(said(), 'another photo, whose depth is not computed yet').toBe('');
});

test('classes are said with the largest one', async () => {
  bench.session.setTask('segment');
  await settle();
  const present = [
    { index: 0, name: 'wall', area: 0.412 },
    { index: 3, name: 'floor', area: 0.3 },
  ];
  await bench.answer('segment', { width: 1, height: 1, labels: Uint8Array.of(0), present, maps: [], timings: [] });
  expect(said()).toBe('2 classes; wall 41 %.');
});
