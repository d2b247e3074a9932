/** Runs of the shown results: prompts with the head or zero-shot, kinds of room, and results of other models. */
import { beforeEach, describe, expect, test } from 'vitest';
import { maskShapes } from '../find/masks.ts';
import { depth, mask, settle, testBench } from '../testing/bench.ts';
import { depthKey, referKey, withoutPhoto } from './result-keys.ts';
import { depthOf, referOf, sceneOf } from './selectors.ts';

let bench: ReturnType<typeof testBench>;
const shown = () => referOf(bench.store.getState(), bench.results);
const requested = () => bench.calls.filter(({ method }) => method === 'refer').map(({ params }) => params);

async function find(prompt: string, zeroShot = false): Promise<void> {
  bench.session.find(prompt);
  await settle();
  await bench.answer('refer', mask(zeroShot));
}

beforeEach(async () => {
  bench = testBench({ task: 'refer' });
  await bench.open();
});

describe('zero-shot', () => {
  test('is switched on during a search: the search stops, and the zero-shot search starts', async () => {
    const photo = await bench.add('a.png');
    bench.session.find('box');
    await settle();
    const head = bench.call('refer');
    bench.session.setZeroShot(true);
    expect(head.signal?.aborted).toBe(true);
    await settle();
    expect(bench.call('refer').params).toEqual({ photo, prompt: 'box', zeroShot: true });
    await bench.answer('refer', mask(true));
    expect(shown()?.zeroShot).toBe(true);
  });

  test('masks of both kinds are stored, so switching back computes nothing', async () => {
    await bench.add('a.png');
    await find('box');
    const head = shown();
    bench.session.setZeroShot(true);
    await settle();
    expect(shown()).toBeUndefined();
    expect(maskShapes(bench.store.getState(), bench.results)).toEqual([]);
    await bench.answer('refer', mask(true));
    expect(shown()?.zeroShot).toBe(true);
    const before = requested().length;
    bench.session.setZeroShot(false);
    await settle();
    expect(shown()).toBe(head);
    expect(requested()).toHaveLength(before);
  });

  test('a deleted mask is computed when it is searched again with zero-shot on', async () => {
    const photo = await bench.add('a.png');
    await find('box');
    bench.session.removeMask('box');
    bench.session.setZeroShot(true);
    bench.session.find('box');
    await settle();
    expect(bench.call('refer').params).toEqual({ photo, prompt: 'box', zeroShot: true });
  });

  test('masks supplied with a sample are the head’s', async () => {
    const origin = { from: 'the results supplied with this sample', pack: { name: 'p', hash: 'a' } };
    const supplied = mask();
    const load = async () => [
      [withoutPhoto(referKey('', 'box', false)), { task: 'refer', result: supplied, origin, pack: 'a' }] as const,
    ];
    const [id = ''] = bench.session.addSamples([{ name: 'room', url: 'http://host/room.png', prompts: [], load }]);
    bench.session.setZeroShot(true);
    bench.session.select(id);
    bench.session.find('box');
    await settle();
    expect(bench.call('refer').params).toEqual({ photo: id, prompt: 'box', zeroShot: true });
    bench.session.setZeroShot(false);
    await settle();
    expect(shown()).toBe(supplied);
  });

  test('of masks that an earlier version stored under the head’s key, only the head’s are shown', async () => {
    const photo = await bench.add('a.png');
    bench.results.set(referKey(photo, 'box', false), { task: 'refer', result: mask(), pack: 'a' });
    bench.results.set(referKey(photo, 'door', false), { task: 'refer', result: mask(true), pack: 'a' });
    bench.session.find('box');
    await settle();
    expect(requested()).toEqual([]);
    bench.session.find('door');
    await settle();
    expect(requested()).toEqual([{ photo, prompt: 'door' }]);
    await bench.answer('refer', mask());
    expect(shown()?.zeroShot).toBeUndefined();
    expect(requested()).toHaveLength(1);
  });

  test('a model without a head makes zero-shot masks with zero-shot off, too', async () => {
    bench = testBench({ task: 'refer' });
    await bench.open({ tasks: [], hash: 'plain' });
    await bench.add('a.png');
    await find('box', true);
    expect(shown()?.zeroShot).toBe(true);
    expect(requested()).toHaveLength(1);
  });

  test('the second model follows the setting, even if the open one has nothing to compute', async () => {
    const photo = await bench.add('a.png');
    await find('box');
    bench.session.setZeroShot(true);
    await settle();
    await bench.answer('refer', mask(true));
    bench.session.setZeroShot(false);
    bench.session.secondModel((controller) => void controller.compareWith({ stored: 'other' }));
    await expect.poll(() => bench.calls.some(({ engine, method }) => engine === 1 && method === 'open')).toBe(true);
    await bench.openedSecondModel();
    await bench.answer('addPhoto', { photo, width: 4, height: 3, bitmap: { close() {} } }, 1);
    await bench.answer('refer', mask(), 1);
    bench.session.setZeroShot(true);
    await settle();
    expect(bench.call('refer', 1).params).toEqual({ photo, prompt: 'box', zeroShot: true });
  });
});

describe('a kind of room that the open model does not know', () => {
  const choose = (scene: string) => bench.store.setState({ depth: { ...bench.store.getState().depth, scene } });
  const requested = () => bench.calls.filter(({ method }) => method === 'depth').map(({ params }) => params);
  const shownDepth = () => depthOf(bench.store.getState(), bench.results);

  beforeEach(() => {
    bench = testBench({ task: 'depth' });
  });

  test('is replaced by the model’s default; one that it knows is requested', async () => {
    choose('office');
    await bench.open({ scenes: ['room', 'kitchen'] });
    const photo = await bench.add('a.png');
    const found = depth();
    await bench.answer('depth', found);
    expect(shownDepth()).toBe(found);
    choose('kitchen');
    await settle();
    expect(requested()).toEqual([{ photo }, { photo, scene: 'kitchen' }]);
    expect(sceneOf(bench.store.getState())).toBe('kitchen');
  });

  test('of an imported depth is shown until the depth is computed here', async () => {
    await bench.open({ scenes: ['room'] });
    const photo = await bench.add('a.png');
    const imported = depth();
    const origin = { from: 'the report room.html', pack: { name: 'other', hash: 'b' } };
    bench.results.set(depthKey(photo, 'office'), { task: 'depth', result: imported, origin });
    choose('office');
    await settle();
    expect(shownDepth()).toBe(imported);
    expect(sceneOf(bench.store.getState()), 'for all other photos').toBeUndefined();
    bench.session.computeHere();
    await settle();
    expect(requested().at(-1)).toEqual({ photo });
  });
});

test('more masks on one photo than the limit of results in memory: each is computed once', async () => {
  await bench.add('a.png');
  const prompts = Array.from({ length: 60 }, (_, i) => `box ${i}`);
  for (const prompt of prompts) await find(prompt);
  await settle();
  expect(requested()).toHaveLength(prompts.length);
  expect(bench.store.getState().run).toBeUndefined();
  expect(maskShapes(bench.store.getState(), bench.results)).toHaveLength(prompts.length);

  const other = await bench.add('b.png');
  bench.results.set(depthKey(other, undefined), { task: 'depth', result: depth() });
  expect(bench.results.ofPhoto('photo-1').length, 'of a photo that is not selected').toBeLessThan(48);
});

test('a result of another model is computed again', async () => {
  bench = testBench();
  await bench.open();
  const photo = await bench.add('a.png');
  const key = depthKey(photo, undefined);
  await bench.answer('depth', depth());
  bench.results.set(key, { task: 'depth', result: depth(), pack: 'b' });
  bench.store.setState({ revision: 100 });
  await settle();
  await bench.answer('depth', depth());
  expect(bench.results.get(key)?.pack).toBe('a');
});
