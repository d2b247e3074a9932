/** What a prompt is answered with: by the head or by attention alone, each of which has its own masks. */
import { beforeEach, describe, expect, test } from 'vitest';
import { known } from '../batch/run.ts';
import { maskShapes } from '../find/masks.ts';
import { depth, mask, settle, testBench } from '../testing/bench.ts';
import { depthKey, referKey, withoutPhoto } from './result-keys.ts';
import { depthOf, referOf, sceneOf } from './shown.ts';

let bench: ReturnType<typeof testBench>;
const shown = () => referOf(bench.store.getState(), bench.results);
const asked = () => bench.calls.filter(({ method }) => method === 'refer').map(({ params }) => params);

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
  test('switched while a search runs, the search stops and the other one begins', async () => {
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

  test('each way keeps its masks, and switching back computes nothing', async () => {
    await bench.add('a.png');
    await find('box');
    const head = shown();
    bench.session.setZeroShot(true);
    await settle();
    expect(shown()).toBeUndefined();
    expect(maskShapes(bench.store.getState(), bench.results)).toEqual([]);
    await bench.answer('refer', mask(true));
    expect(shown()?.zeroShot).toBe(true);
    const before = asked().length;
    bench.session.setZeroShot(false);
    await settle();
    expect(shown()).toBe(head);
    expect(asked()).toHaveLength(before);
  });

  test('a mask that was deleted, looked for again the other way', async () => {
    const photo = await bench.add('a.png');
    await find('box');
    bench.session.removeMask('box');
    bench.session.setZeroShot(true);
    bench.session.find('box');
    await settle();
    expect(bench.call('refer').params).toEqual({ photo, prompt: 'box', zeroShot: true });
  });

  test('what came with a sample is the head’s', async () => {
    const origin = { from: 'what came with this sample', pack: { name: 'p', hash: 'a' } };
    const load = async () => [
      [withoutPhoto(referKey('', 'box', false)), { task: 'refer', result: mask(), origin, pack: 'a' }] as const,
    ];
    const [id = ''] = bench.session.addSamples([{ name: 'room', url: 'http://host/room.png', prompts: [], load }]);
    bench.session.setZeroShot(true);
    bench.session.select(id);
    bench.session.find('box');
    await settle();
    expect(bench.call('refer').params).toEqual({ photo: id, prompt: 'box', zeroShot: true });
    bench.session.setZeroShot(false);
    await settle();
    expect(shown()).toBeDefined();
  });

  test('kept by an earlier version under the head’s key, the head’s masks are shown and others computed again', async () => {
    const photo = await bench.add('a.png');
    bench.results.set(referKey(photo, 'box', false), { task: 'refer', result: mask(), pack: 'a' });
    bench.results.set(referKey(photo, 'door', false), { task: 'refer', result: mask(true), pack: 'a' });
    bench.session.find('box');
    await settle();
    expect(asked()).toEqual([]);
    bench.session.find('door');
    await settle();
    expect(asked()).toEqual([{ photo, prompt: 'door' }]);
    await bench.answer('refer', mask());
    expect(shown()?.zeroShot).toBeUndefined();
    expect(asked()).toHaveLength(1);
  });

  test('a model without a head answers by attention, whatever was asked', async () => {
    bench = testBench({ task: 'refer' });
    await bench.open({ tasks: [], hash: 'plain' });
    await bench.add('a.png');
    await find('box', true);
    expect(shown()?.zeroShot).toBe(true);
    expect(asked()).toHaveLength(1);
  });

  test('the model beside draws in the same way, even where the open one has nothing left to do', async () => {
    const photo = await bench.add('a.png');
    await find('box');
    bench.session.setZeroShot(true);
    await settle();
    await bench.answer('refer', mask(true));
    bench.session.setZeroShot(false);
    bench.session.beside((controller) => void controller.compareWith({ stored: 'other' }));
    await expect.poll(() => bench.calls.some(({ engine, method }) => engine === 1 && method === 'open')).toBe(true);
    await bench.openedBeside();
    await bench.answer('addPhoto', { photo, width: 4, height: 3, bitmap: { close() {} } }, 1);
    await bench.answer('refer', mask(), 1);
    bench.session.setZeroShot(true);
    await settle();
    expect(bench.call('refer', 1).params).toEqual({ photo, prompt: 'box', zeroShot: true });
  });

  test('a batch takes no mask that was drawn the other way', async () => {
    const photo = await bench.add('a.png');
    await find('box');
    const job = { task: 'refer', prompt: 'box' } as const;
    const pack = { hash: 'a', tasks: ['refer'] } as const;
    expect(known(bench.results, photo, job, false, pack)?.task).toBe('refer');
    expect(known(bench.results, photo, job, true, pack)).toBeUndefined();
    bench.results.set(referKey(photo, 'box', false), { task: 'refer', result: mask(true), pack: 'a' });
    expect(known(bench.results, photo, job, false, pack)).toBeUndefined();
  });
});

describe('a kind of room that the open model does not know', () => {
  const choose = (scene: string) => bench.store.setState({ depth: { ...bench.store.getState().depth, scene } });
  const asked = () => bench.calls.filter(({ method }) => method === 'depth').map(({ params }) => params);
  const depthOnShow = () => depthOf(bench.store.getState(), bench.results);

  beforeEach(() => {
    bench = testBench({ task: 'depth' });
  });

  test('gives way to the model’s own; one that it knows is asked for', async () => {
    choose('office');
    await bench.open({ scenes: ['room', 'kitchen'] });
    const photo = await bench.add('a.png');
    const found = depth();
    await bench.answer('depth', found);
    expect(depthOnShow()).toBe(found);
    choose('kitchen');
    await settle();
    expect(asked()).toEqual([{ photo }, { photo, scene: 'kitchen' }]);
    expect(sceneOf(bench.store.getState())).toBe('kitchen');
  });

  test('stays on show as a report brought it, until it is computed here', async () => {
    await bench.open({ scenes: ['room'] });
    const photo = await bench.add('a.png');
    const brought = depth();
    const origin = { from: 'the report room.html', pack: { name: 'other', hash: 'b' } };
    bench.results.set(depthKey(photo, 'office'), { task: 'depth', result: brought, origin });
    choose('office');
    await settle();
    expect(depthOnShow()).toBe(brought);
    expect(sceneOf(bench.store.getState()), 'for all other photos').toBeUndefined();
    bench.session.computeHere();
    await settle();
    expect(asked().at(-1)).toEqual({ photo });
  });
});

test('more masks on one photo than results are kept of others: each is looked for once', async () => {
  await bench.add('a.png');
  const prompts = Array.from({ length: 60 }, (_, i) => `box ${i}`);
  for (const prompt of prompts) await find(prompt);
  await settle();
  expect(asked()).toHaveLength(prompts.length);
  expect(bench.store.getState().run).toBeUndefined();
  expect(maskShapes(bench.store.getState(), bench.results)).toHaveLength(prompts.length);

  const other = await bench.add('b.png');
  bench.results.set(depthKey(other, undefined), { task: 'depth', result: depth() });
  expect(bench.results.ofPhoto('photo-1').length, 'of a photo that is not on show').toBeLessThan(48);
});
