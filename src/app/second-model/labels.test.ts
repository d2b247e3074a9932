/** Names of the sides of the compare handle. */
import { beforeEach, expect, test } from 'vitest';
import { addMask, changeMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { referKey } from '../results/result-keys.ts';
import { mask } from '../testing/bench.ts';
import { twoModels } from '../testing/two-models.ts';
import { leftLabel, rightLabel } from './labels.ts';

let bench: Awaited<ReturnType<typeof twoModels>>;
const labels = () => [leftLabel, rightLabel].map((label) => label(bench.store.getState(), bench.results));

beforeEach(async () => {
  bench = await twoModels('refer', { name: 'Rooms' }, { name: 'plain', tasks: [] });
  bench.store.setState({ masks: { [bench.photo]: addMask(NO_MASKS, 'lamp') }, prompt: 'lamp' });
});

test('a side with a zero-shot mask says so, as long as the mask is drawn', () => {
  expect(labels()).toEqual(['plain', 'Rooms']);
  const { store, results, theirs, photo } = bench;
  results.set(referKey(photo, 'lamp', false), { task: 'refer', result: mask() });
  theirs.set(referKey(photo, 'lamp', false), { task: 'refer', result: mask(true) });
  expect(labels()).toEqual(['zero-shot by plain', 'Rooms']);
  const { masks } = store.getState();
  store.setState({ masks: { [photo]: changeMask(masks[photo] ?? NO_MASKS, 'lamp', { hidden: true }) } });
  expect(labels()).toEqual(['plain', 'Rooms']);
  store.setState({ masks, task: 'depth' });
  expect(labels()).toEqual(['plain', 'Rooms']);
  const { layers } = store.getState();
  store.setState({ layers: { ...layers, masks: { ...layers.masks, visible: 'on' } } });
  expect(labels(), 'a layer that was switched on by hand').toEqual(['zero-shot by plain', 'Rooms']);
});

test('with zero-shot on, both sides say so', () => {
  const { store, results, theirs, photo } = bench;
  store.setState({ refer: { ...store.getState().refer, zeroShot: true } });
  for (const each of [results, theirs]) each.set(referKey(photo, 'lamp', true), { task: 'refer', result: mask(true) });
  expect(labels()).toEqual(['zero-shot by plain', 'zero-shot by Rooms']);
});

test('without a second model there is no left label', () => {
  bench.session.secondModel((controller) => controller.stop());
  return expect.poll(() => leftLabel(bench.store.getState(), bench.results)).toBeUndefined();
});
