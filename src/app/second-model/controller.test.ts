/** The second engine: what remains of a comparison when it fails, and how it is restarted. */
import { beforeEach, describe, expect, test } from 'vitest';
import { VpdError } from '../../errors.ts';
import { clearPage } from '../persistence/clear.ts';
import { depthKey } from '../results/result-keys.ts';
import type { AppState } from '../store.ts';
import { depth, mask, settle, testBench } from '../testing/bench.ts';
import { secondResults } from './view.ts';

const SECOND = { stored: 'other' };
const HOW = { longSide: 256 };
const ORIGIN = { from: 'the results supplied with this sample', pack: { name: 'p', hash: 'a' } };

let bench: ReturnType<typeof testBench>;
const second = () => bench.store.getState().secondModel;
const openings = (engine: number) => bench.calls.filter((each) => each.engine === engine && each.method === 'open');

async function opens(engine: number): Promise<void> {
  await expect.poll(() => openings(engine).length).toBe(1);
}

async function compare(): Promise<void> {
  bench.session.secondModel((controller) => void controller.compareWith(SECOND, HOW));
  await opens(1);
}

async function retryMain(): Promise<void> {
  const [notice] = bench.store.getState().notices;
  if (!notice) throw new Error('There is no notice.');
  bench.session.retry(notice);
  await settle();
}

beforeEach(async () => {
  bench = testBench();
  await bench.open();
  await bench.add('a.png');
  await bench.answer('depth', depth());
});

test('a crash at work is reported; Retry restarts the engine with the same model and options, without graph capture', async () => {
  await compare();
  await bench.openedSecondModel();
  await bench.lose('It crashed.', 1);
  expect(second()).toMatchObject({ source: SECOND, how: HOW, engine: { phase: 'failed', message: 'It crashed.' } });
  expect(bench.store.getState().notices, 'reported once, in the panel').toEqual([]);

  bench.session.secondModel((controller) => controller.retry());
  await opens(2);
  expect(openings(2)[0]?.params).toEqual({ pack: SECOND, ...HOW, capture: 'off' });
  await bench.openedSecondModel({}, 2);
  expect(second()?.engine.phase).toBe('ready');
  expect(bench.call('addPhoto', 2).params).toMatchObject({ name: 'a.png' });
});

test.each<readonly [string, () => Promise<void>]>([
  ['dies while its model is opened', () => bench.lose('It failed.', 1)],
  [
    'cannot open its model',
    async () => {
      bench.call('open', 1).fail(new VpdError('network', 'It failed.'));
      await settle();
    },
  ],
])('after an engine that %s, the comparison can be tried again', async (_, fail) => {
  await compare();
  await fail();
  expect(second()).toMatchObject({ source: SECOND, engine: { phase: 'failed', message: 'It failed.' } });
  bench.session.secondModel((controller) => controller.retry());
  await opens(2);
  await bench.openedSecondModel({}, 2);
  expect(second()?.engine.phase).toBe('ready');
});

test('if the stored model was deleted, the comparison ends, also in the address, with one notice', async () => {
  await compare();
  const why = 'The model other is no longer stored in this browser; choose another one under Models.';
  bench.call('open', 1).fail(new VpdError('missing', why));
  await settle();
  expect(second()).toBeUndefined();
  expect(bench.store.getState().notices.map(({ message, retry }) => ({ message, retry }))).toEqual([
    {
      message:
        'The comparison has ended: the model other is no longer stored in this browser; choose another one under Models.',
      retry: undefined,
    },
  ]);
});

test('Retry repeats a failed run on the same engine', async () => {
  await compare();
  await bench.openedSecondModel();
  await bench.answer('addPhoto', { photo: '', width: 4, height: 3, bitmap: { close() {} } }, 1);
  bench.call('depth', 1).fail(new VpdError('no-memory', 'There was not enough memory.'));
  await settle();
  expect(second()?.run?.phase).toBe('failed');
  bench.session.secondModel((controller) => controller.retry());
  await settle();
  expect(bench.calls.filter(({ engine, method }) => engine === 1 && method === 'depth')).toHaveLength(2);
});

test('Stop ends the second model’s run, or its opening, until it is asked for again', async () => {
  await compare();
  bench.session.secondModel((controller) => controller.stopWork());
  await settle();
  expect(second()?.engine).toEqual({ phase: 'failed', message: 'Opening the model was stopped.' });
  bench.session.secondModel((controller) => controller.retry());
  await opens(2);
  await bench.openedSecondModel({}, 2);
  await bench.answer('addPhoto', { photo: '', width: 4, height: 3, bitmap: { close() {} } }, 2);
  const runs = () => bench.calls.filter(({ engine, method }) => engine === 2 && method === 'depth');
  bench.session.secondModel((controller) => controller.stopWork());
  await settle();
  expect(runs()[0]?.signal?.aborted).toBe(true);
  expect([second()?.run?.phase, runs().length]).toEqual(['stopped', 1]);
  bench.session.secondModel((controller) => controller.retry());
  await settle();
  expect(runs()).toHaveLength(2);
});

test('a stopped run of the open model starts none of the second model, unless it is of another photo', async () => {
  await compare();
  await bench.openedSecondModel();
  await bench.answer('addPhoto', { photo: '', width: 4, height: 3, bitmap: { close() {} } }, 1);
  bench.session.setTask('segment');
  await settle();
  bench.session.stop();
  await settle();
  expect(bench.store.getState().run?.phase).toBe('stopped');
  expect(bench.calls.filter(({ engine, method }) => engine === 1 && method === 'segment')).toEqual([]);
  bench.session.setTask('depth');
  await settle();
  expect(bench.call('depth', 1).signal?.aborted).toBe(false);
});

test('the file of a photo is read if it is not in memory', async () => {
  bench.media.files.clear();
  bench.media.sources.set('photo-1', async () => new Blob(['x']));
  await compare();
  await bench.openedSecondModel();
  const { file } = Object(bench.call('addPhoto', 1).params);
  expect(await file.text()).toBe('x');
});

test('a missing file is reported once, and read again by Retry', async () => {
  let reads = 0;
  bench.media.files.clear();
  bench.media.sources.set('photo-1', async () => {
    reads++;
    throw new VpdError('missing', 'The file is gone.');
  });
  await compare();
  await bench.openedSecondModel();
  await settle();
  expect(second()?.run).toMatchObject({ phase: 'failed', message: 'The file is gone.' });
  expect(reads).toBe(1);
  bench.session.secondModel((controller) => controller.retry());
  await settle();
  expect(reads).toBe(2);
});

test('if both engines are lost, the main Retry restarts the open model first, then the comparison', async () => {
  await compare();
  await bench.openedSecondModel();
  await bench.lose('The device is gone.');
  await bench.lose('The device is gone.', 1);
  await retryMain();
  expect(openings(0)).toHaveLength(2);
  expect(second()?.engine.phase, 'not restarted yet').toBe('failed');
  await bench.opened();
  await opens(2);
  await bench.openedSecondModel({}, 2);
  expect(second()).toMatchObject({ source: SECOND, how: HOW, engine: { phase: 'ready' } });
});

test('the main Retry does not restart a second engine that works', async () => {
  await compare();
  await bench.openedSecondModel();
  await bench.lose('It crashed.');
  await retryMain();
  await bench.opened();
  await settle();
  expect([second()?.engine.phase, openings(2)]).toEqual(['ready', []]);
});

test('removing a photo and clearing the session also remove the results of the second model', async () => {
  await compare();
  await bench.openedSecondModel();
  await bench.answer('addPhoto', { photo: 'photo-1', width: 4, height: 3, bitmap: { close() {} } }, 1);
  await bench.answer('depth', depth(), 1);
  const found = () => secondResults(bench.store.getState(), bench.results).ofPhoto('photo-1').length;
  expect(found()).toBe(1);
  const before = bench.forgotten.length;
  bench.session.remove('photo-1');
  expect(bench.forgotten.slice(before), 'by both engines').toEqual(['photo-1', 'photo-1']);
  expect(found()).toBe(0);

  secondResults(bench.store.getState(), bench.results).set(depthKey('sample-1', undefined), {
    task: 'depth',
    result: depth(),
  });
  clearPage(bench);
  expect(secondResults(bench.store.getState(), bench.results).ofPhoto('sample-1')).toEqual([]);
});

describe('what the second model computes', () => {
  const PHOTO = { photo: 'photo-1', width: 4, height: 3, bitmap: { close() {} } };
  const asked = () => bench.calls.filter(({ engine }) => engine === 1).map(({ method }) => method);
  const change = (part: Partial<AppState>) => bench.store.setState(part);

  async function ready(): Promise<void> {
    await compare();
    await bench.openedSecondModel();
    await bench.answer('addPhoto', PHOTO, 1);
  }
  async function found(): Promise<void> {
    await ready();
    await bench.answer('depth', depth(), 1);
    bench.session.setTask('refer');
    bench.session.find('box');
    await settle();
    await bench.answer('refer', mask());
    await bench.answer('refer', mask(), 1);
  }

  test('the task of the tab, then the layers that are always on', async () => {
    const { layers } = bench.store.getState();
    change({ task: 'refer', layers: { ...layers, classes: { ...layers.classes, visible: 'on' } } });
    await bench.answer('segment', { ...depth(), labels: Uint8Array.of(0), present: [], maps: [] });
    await ready();
    expect(asked()).toEqual(['open', 'addPhoto', 'segment']);
    bench.session.setTask('depth');
    await settle();
    expect(bench.call('segment', 1).signal?.aborted).toBe(true);
    await bench.answer('depth', depth(), 1);
    expect(asked().slice(3)).toEqual(['depth', 'segment']);
  });

  test('maps by layer and head while their grid is open', async () => {
    await found();
    expect(asked()).not.toContain('rawMaps');
    change({ refer: { ...bench.store.getState().refer, grid: true } });
    await bench.answer('rawMaps', { layers: [], timings: [] });
    expect(bench.call('rawMaps', 1).params).toEqual({ photo: 'photo-1', prompt: 'box' });
  });

  test('the progress and the failure of a run that is not wanted any more are removed', async () => {
    await ready();
    change({ secondModel: { ...Object(second()), run: { phase: 'running', key: depthKey('photo-1', undefined) } } });
    bench.session.setTask('refer');
    expect(second()?.run).toBeUndefined();
    bench.session.setTask('depth');
    await settle();
    await bench.fail('depth', new VpdError('no-memory', 'There was not enough memory.'), 1);
    expect(second()?.run?.phase).toBe('failed');
    bench.session.setTask('refer');
    expect(second()?.run).toBeUndefined();
  });

  test('the shown sample again after the session was cleared', async () => {
    const load = async () => [['depth|', { task: 'depth', result: depth(), origin: ORIGIN, pack: 'a' }] as const];
    const [id = ''] = bench.session.addSamples([{ name: 'room', url: 'http://host/room.png', prompts: [], load }]);
    bench.session.select(id);
    await settle();
    await ready();
    await bench.answer('depth', depth(), 1);
    const before = asked().length;
    bench.store.setState({ cleared: 1 });
    await settle();
    expect(asked().slice(before)).toEqual(['depth']);
  });

  test('a photo that was removed while its file was read is not given to it', async () => {
    const reads: ((file: Blob) => void)[] = [];
    bench.media.files.clear();
    bench.media.sources.set('photo-1', () => new Promise<Blob>((resolve) => reads.push(resolve)));
    await compare();
    await bench.openedSecondModel();
    bench.session.remove('photo-1');
    for (const end of reads) end(new Blob(['x']));
    await settle();
    expect(asked()).toEqual(['open']);
  });
});
