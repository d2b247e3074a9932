/** What of a photo goes into a report. */
import { beforeEach, describe, expect, test } from 'vitest';
import { addMask, changeMask, NO_MASKS, removeMask } from '../../tasks/refer/masks/masks.ts';
import { depthKey, referKey, withoutPhoto } from '../results/result-keys.ts';
import { createResults } from '../results/results.ts';
import { createAppStore, type PhotoItem } from '../store.ts';
import { depth, mask, png, testBench } from '../testing/bench.ts';
import { keptOnDisk } from '../testing/kept.ts';
import { answersOf, photoFor, reportable, snapshotOf } from './save.ts';

test('of masks, those drawn in the way that is on show', () => {
  const results = createResults();
  const [head, attention] = [mask(), mask(true)];
  results.set(referKey('p', 'a | b', false), { task: 'refer', result: head });
  results.set(referKey('p', 'a | b', true), { task: 'refer', result: attention });
  results.set(depthKey('p', undefined), { task: 'depth', result: depth() });
  const { refer } = createAppStore().getState();
  const masks = { p: addMask(NO_MASKS, 'a | b') };
  for (const zeroShot of [false, true]) {
    const answers = answersOf({ masks, refer: { ...refer, zeroShot } }, results.ofPhoto('p'), '');
    expect(answers.map(({ task }) => task)).toEqual(['depth', 'refer']);
    expect(answers[1]).toEqual({ task: 'refer', prompt: 'a | b', result: zeroShot ? attention : head });
  }
});

test('of masks, those that are listed on their photo: what was deleted stays out', () => {
  const results = createResults();
  for (const photo of ['p', 'q'])
    for (const prompt of ['box', 'door'])
      results.set(referKey(photo, prompt, false), { task: 'refer', result: mask() });
  const { refer } = createAppStore().getState();
  const list = addMask(addMask(NO_MASKS, 'box'), 'door');
  const told = (state: Parameters<typeof answersOf>[0]) =>
    ['p', 'q'].map((photo) =>
      answersOf(state, results.ofPhoto(photo), '').map((answer) => answer.task === 'refer' && answer.prompt),
    );
  expect(told({ refer, masks: { p: list } })).toEqual([['box', 'door'], []]);
  expect(told({ refer, masks: { p: removeMask(list, 'box') } })).toEqual([['door'], []]);
  expect(told({ refer, masks: { p: changeMask(list, 'box', { hidden: true }) } }), 'hidden is not deleted').toEqual([
    ['box', 'door'],
    [],
  ]);
});

test('a photo that no session has room for goes into a report with its name', () => {
  const photos = Array.from({ length: 2100 }, (_, i): PhotoItem => {
    const facts = { source: 'user', state: 'ready', url: undefined, width: 4, height: 3, prompts: [] } as const;
    return { id: `photo-${i}`, name: `${i}.png`, ...facts };
  });
  const { photos: named, selected } = snapshotOf(createAppStore({ photos }).getState(), ['photo-2050']);
  expect(named).toEqual([{ id: 'photo-2050', name: '2050.png', source: 'user' }]);
  expect(selected).toBe('photo-2050');
});

describe('of results that are on the disk alone', () => {
  let bench: ReturnType<typeof testBench>;
  let disk: ReturnType<typeof keptOnDisk>;

  /** Puts masks on the photo's list. */
  const list = (photo: string, ...prompts: readonly string[]) =>
    bench.store.setState({
      masks: { ...bench.store.getState().masks, [photo]: prompts.reduce(addMask, NO_MASKS) },
    });
  const listed = () => reportable(bench.store.getState(), bench.results);
  const makeBitmap = async () => Object.assign(Object.create(null), { width: 4, height: 3, close() {} });
  async function photo(id: string, signal = new AbortController().signal) {
    const item = listed().find((each) => each.id === id);
    if (!item) throw new Error(`${id} is not offered.`);
    return photoFor({ ...bench, tell: bench.session.tell, makeBitmap }, bench.session, item, 'a', signal);
  }

  beforeEach(async () => {
    bench = testBench();
    disk = keptOnDisk();
    bench.results.kept = disk.results;
    await bench.open();
    const earlier = { url: undefined, width: 4, height: 3, file: async () => png('') };
    bench.session.bringEarlier(['a.png', 'b.png', 'c.png'].map((name) => ({ ...earlier, name })));
  });

  test('those of photos that nobody has looked at since a reload are told, and stay there', async () => {
    await disk.keep(depthKey('photo-1', undefined), { task: 'depth', result: depth() });
    await disk.keep(referKey('photo-1', 'box', false), { task: 'refer', result: mask() });
    await disk.keep(depthKey('photo-2', undefined), { task: 'depth', result: depth() }, 'another model');
    await disk.keep(referKey('photo-3', 'box', true), { task: 'refer', result: mask(true) });
    list('photo-1', 'box');
    list('photo-3', 'box');
    expect(listed().map(({ name }) => name)).toEqual(['a.png']);
    const { answers, width, height } = await photo('photo-1');
    expect(answers).toEqual([
      { task: 'depth', result: depth(), scene: undefined },
      { task: 'refer', result: mask(), prompt: 'box' },
    ]);
    expect({ width, height }).toEqual({ width: 4, height: 3 });
    expect(bench.results.ofPhoto('photo-1')).toEqual([]);
  });

  test('those that made way in memory are told as well, and push nothing else out', async () => {
    for (let scene = 0; scene < 60; scene++) {
      bench.results.set(depthKey('photo-1', `${scene}`), { task: 'depth', result: depth(), pack: 'a' });
      await disk.keep(depthKey('photo-1', `${scene}`), { task: 'depth', result: depth() });
    }
    const before = bench.results.ofPhoto('photo-1');
    expect(before.length).toBeLessThan(60);
    expect((await photo('photo-1')).answers).toHaveLength(60);
    expect(bench.results.ofPhoto('photo-1')).toEqual(before);
  });

  test('a sample brings along what came with it', async () => {
    const origin = { from: 'what came with this sample', pack: { name: 'p', hash: 'a' } };
    const load = async () => [
      [withoutPhoto(depthKey('', undefined)), { task: 'depth', result: depth(), origin, pack: 'a' }] as const,
    ];
    const [id = ''] = bench.session.addSamples([{ name: 'room', url: 'http://host/room.png', prompts: [], load }]);
    expect(listed()).toEqual([]);
    await disk.keep(referKey(id, 'box', false), { task: 'refer', result: mask() });
    expect(listed(), 'no mask of it is listed').toEqual([]);
    list(id, 'box');
    const { answers, width, height } = await photo(id);
    expect(answers.map(({ task }) => task)).toEqual(['depth', 'refer']);
    expect({ width, height }).toEqual({ width: 4, height: 3 });
  });

  test('a sample whose own results do not come has those of this machine', async () => {
    const load = () => Promise.reject(new Error('offline'));
    const [id = ''] = bench.session.addSamples([{ name: 'room', url: 'http://host/room.png', prompts: [], load }]);
    await disk.keep(depthKey(id, undefined), { task: 'depth', result: depth() });
    expect((await photo(id)).answers.map(({ task }) => task)).toEqual(['depth']);
  });

  test('one that is damaged is missing, which is said', async () => {
    await disk.keep(depthKey('photo-1', undefined), { task: 'depth', result: depth() });
    await disk.keep(referKey('photo-1', 'box', false), { task: 'refer', result: mask() });
    list('photo-1', 'box');
    await disk.folder.write('result-0', new Blob(['torn']));
    expect((await photo('photo-1')).answers.map(({ task }) => task)).toEqual(['refer']);
    expect(bench.store.getState().notices.map(({ message }) => message)).toEqual([
      'Some results of a.png that were kept on this machine cannot be read, and the report goes without them. Look at the photo to compute them again.',
    ]);
  });

  test('none is read any more once the report was stopped', async () => {
    for (const prompt of ['box', 'door', 'lamp'])
      await disk.keep(referKey('photo-1', prompt, false), { task: 'refer', result: mask() });
    list('photo-1', 'box', 'door', 'lamp');
    const stop = new AbortController();
    const read: string[] = [];
    const { read: readFile } = disk.folder;
    disk.folder.read = (name) => {
      read.push(name);
      stop.abort();
      return readFile(name);
    };
    await expect(photo('photo-1', stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(read).toEqual(['result-0']);
  });
});
