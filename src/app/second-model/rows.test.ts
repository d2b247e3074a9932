import { beforeEach, expect, test } from 'vitest';
import { addMask, changeMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { depthKey, referKey } from '../results/result-keys.ts';
import { depth, mask } from '../testing/bench.ts';
import { twoModels } from '../testing/two-models.ts';
import { rowsOf } from './rows.ts';

let bench: Awaited<ReturnType<typeof twoModels>>;
const rows = () => rowsOf(bench.store.getState(), bench.results);

beforeEach(async () => {
  bench = await twoModels('refer');
  const { store, results, theirs, photo } = bench;
  store.setState({ masks: { [photo]: addMask(NO_MASKS, 'lamp') }, prompt: 'lamp' });
  const answer = (...probability: number[]) => ({
    task: 'refer' as const,
    result: { ...mask(), width: probability.length, probability: Float32Array.from(probability), area: 0.5 },
  });
  results.set(referKey(photo, 'lamp', false), answer(0.9, 0.6, 0.1, 0.1));
  theirs.set(referKey(photo, 'lamp', false), answer(0.9, 0.1, 0.1, 0.6));
});

function change(what: Parameters<typeof changeMask>[2]): void {
  const { masks } = bench.store.getState();
  bench.store.setState({ masks: { [bench.photo]: changeMask(masks[bench.photo] ?? NO_MASKS, 'lamp', what) } });
}

test('the masks’ IoU follows the threshold, and is computed once for each', () => {
  const first = rows();
  expect(first).toEqual([{ name: 'Masks’ IoU', text: '0.333' }]);
  expect(rows()).toBe(first);
  change({ threshold: 0.8 });
  expect(rows()).toEqual([{ name: 'Masks’ IoU', text: '1.000' }]);
});

test('strokes of the brush, which were made on the open model’s mask, do not count', () => {
  change({ strokes: [{ erase: true, radius: 9, points: [0, 0] }] });
  expect(rows()).toEqual([{ name: 'Masks’ IoU, without the brush', text: '0.333' }]);
});

test('a depth of the left model alone has its range, because there is no legend for it', () => {
  const { store, results, theirs, photo } = bench;
  store.setState({ task: 'depth' });
  expect(rows()).toEqual([]);
  theirs.set(depthKey(photo, undefined), { task: 'depth', result: { ...depth(), min: 1, max: 2.5 } });
  store.setState({ depth: { ...store.getState().depth, range: { kind: 'whole' } } });
  expect(rows()).toEqual([{ name: 'Left, from near to far', text: '1.00 m – 2.50 m' }]);
  results.set(depthKey(photo, undefined), { task: 'depth', result: depth() });
  expect(rows().map(({ name }) => name)).toEqual(['Mean difference', 'Within a factor of 1.25']);
});
