/** Which photos and results a report includes. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ToReport } from '../../outputs/report/protocol.ts';
import { addMask, changeMask, NO_MASKS, removeMask } from '../../tasks/refer/masks/masks.ts';
import { REFER_VIEW } from '../../tasks/refer/view.ts';
import { depthKey, referKey, withoutPhoto } from '../results/result-keys.ts';
import { createResults, type TaskResult } from '../results/results.ts';
import { createAppStore, type PhotoItem } from '../store.ts';
import { depth, mask, png, settle, testBench } from '../testing/bench.ts';
import { keptOnDisk } from '../testing/kept.ts';
import { answersOf, type ReportBasis, reportable } from './answers.ts';
import { photoFor, snapshotOf, writeReport } from './save.ts';

const BASIS: ReportBasis = { pack: { hash: 'a' }, device: { backend: 'wasm' }, refer: REFER_VIEW, masks: {} };

test('masks are zero-shot or the head’s, as chosen', () => {
  const results = createResults();
  const [head, attention] = [mask(), mask(true)];
  results.set(referKey('p', 'a | b', false), { task: 'refer', result: head });
  results.set(referKey('p', 'a | b', true), { task: 'refer', result: attention });
  results.set(depthKey('p', undefined), { task: 'depth', result: depth() });
  const masks = { p: addMask(NO_MASKS, 'a | b') };
  for (const zeroShot of [false, true]) {
    const answers = answersOf(results.ofPhoto('p'), { ...BASIS, masks, refer: { ...REFER_VIEW, zeroShot } });
    expect(answers.map(({ task }) => task)).toEqual(['depth', 'refer']);
    expect(answers[1]).toEqual({ task: 'refer', prompt: 'a | b', result: zeroShot ? attention : head });
  }
});

test('masks are those listed on their photo, without deleted ones', () => {
  const results = createResults();
  for (const photo of ['p', 'q'])
    for (const prompt of ['box', 'door'])
      results.set(referKey(photo, prompt, false), { task: 'refer', result: mask() });
  const list = addMask(addMask(NO_MASKS, 'box'), 'door');
  const prompts = (masks: ReportBasis['masks']) =>
    ['p', 'q'].map((photo) =>
      answersOf(results.ofPhoto(photo), { ...BASIS, masks }).map((answer) => answer.task === 'refer' && answer.prompt),
    );
  expect(prompts({ p: list })).toEqual([['box', 'door'], []]);
  expect(prompts({ p: removeMask(list, 'box') })).toEqual([['door'], []]);
  expect(prompts({ p: changeMask(list, 'box', { hidden: true }) }), 'hidden is not deleted').toEqual([
    ['box', 'door'],
    [],
  ]);
});

test('times are those of the named device', () => {
  const timings = [{ stage: 'depth', ms: 1500, cached: false }] as const;
  const result = { ...depth(), timings };
  const gpu = { backend: 'webgpu-f16', adapter: 'nvidia', reason: '', threads: 1, limits: {} } as const;
  const origin = { from: 'the report room.html', pack: { name: 'p', hash: 'a' } };
  const times = (made: Pick<TaskResult, 'origin' | 'pack' | 'device'>, device: ReportBasis['device']) =>
    answersOf([[depthKey('p', undefined), { task: 'depth', result, ...made }]], { ...BASIS, device }).map(
      (answer) => answer.result.timings.length,
    );
  expect(times({ device: gpu, pack: 'a' }, gpu)).toEqual([1]);
  expect(times({ device: gpu, pack: 'a' }, BASIS.device), 'the page lost its GPU').toEqual([0]);
  expect(times({ device: gpu, pack: 'a' }, { ...gpu, adapter: 'intel' })).toEqual([0]);
  expect(times({ origin }, gpu), 'imported').toEqual([0]);
});

test('a photo beyond the limit of a session is in a report with its name', () => {
  const photos = Array.from({ length: 2100 }, (_, i): PhotoItem => {
    const facts = { source: 'user', state: 'ready', url: undefined, width: 4, height: 3, prompts: [] } as const;
    return { id: `photo-${i}`, name: `${i}.png`, ...facts };
  });
  const { photos: named, selected } = snapshotOf(createAppStore({ photos }).getState(), ['photo-2050']);
  expect(named).toEqual([{ id: 'photo-2050', name: '2050.png', source: 'user' }]);
  expect(selected).toBe('photo-2050');
});

describe('results that are on disk only', () => {
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
    const { refer, masks } = bench.store.getState();
    const basis = { ...BASIS, refer, masks };
    return photoFor({ ...bench, showError: bench.session.showError, makeBitmap }, bench.session, item, basis, signal);
  }

  beforeEach(async () => {
    bench = testBench();
    disk = keptOnDisk();
    bench.results.kept = disk.results;
    await bench.open();
    const earlier = { url: undefined, width: 4, height: 3, file: async () => png('') };
    bench.session.restorePhotos(['a.png', 'b.png', 'c.png'].map((name) => ({ ...earlier, name })));
  });

  test('are included for photos that were not selected since a reload, and not put into memory', async () => {
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

  test('are included after they were evicted from memory, and evict nothing else', async () => {
    for (let scene = 0; scene < 60; scene++) {
      bench.results.set(depthKey('photo-1', `${scene}`), { task: 'depth', result: depth(), pack: 'a' });
      await disk.keep(depthKey('photo-1', `${scene}`), { task: 'depth', result: depth() });
    }
    const before = bench.results.ofPhoto('photo-1');
    expect(before.length).toBeLessThan(60);
    expect((await photo('photo-1')).answers).toHaveLength(60);
    expect(bench.results.ofPhoto('photo-1')).toEqual(before);
  });

  test('a sample includes the results supplied with it', async () => {
    const origin = { from: 'the results supplied with this sample', pack: { name: 'p', hash: 'a' } };
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

  test('a sample whose supplied results cannot be loaded has those on disk', async () => {
    const load = () => Promise.reject(new Error('offline'));
    const [id = ''] = bench.session.addSamples([{ name: 'room', url: 'http://host/room.png', prompts: [], load }]);
    await disk.keep(depthKey(id, undefined), { task: 'depth', result: depth() });
    expect((await photo(id)).answers.map(({ task }) => task)).toEqual(['depth']);
  });

  test('a damaged one is left out, which is reported', async () => {
    await disk.keep(depthKey('photo-1', undefined), { task: 'depth', result: depth() });
    await disk.keep(referKey('photo-1', 'box', false), { task: 'refer', result: mask() });
    list('photo-1', 'box');
    await disk.folder.write('result-0', new Blob(['torn']));
    expect((await photo('photo-1')).answers.map(({ task }) => task)).toEqual(['refer']);
    expect(bench.store.getState().notices.map(({ message }) => message)).toEqual([
      'Some saved results of a.png cannot be read and are missing from the report. Select the photo to compute them again.',
    ]);
  });

  test('are not read after the report was stopped', async () => {
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

describe('while a report is written', () => {
  let bench: ReturnType<typeof testBench>;
  /** Contents of the photos' files that the worker received. */
  let given: string[];
  /** Prompts of the masks that the worker received. */
  let prompts: string[];
  /** Runs when the worker has received the first photo. */
  let meanwhile: () => Promise<void>;

  /** A fake of the worker that writes the report; it answers at once. */
  class ReportWriter extends EventTarget {
    async postMessage({ id, question }: { readonly id: number; readonly question: ToReport }): Promise<void> {
      if (question.kind === 'photo') {
        given.push(await question.photo.file.text());
        for (const answer of question.photo.answers) if (answer.task === 'refer') prompts.push(answer.prompt);
        if (given.length === 1) await meanwhile();
      }
      const answer = question.kind === 'finish' ? { kind: 'written', file: new Blob(['html']) } : { kind: 'noted' };
      this.dispatchEvent(new MessageEvent('message', { data: { id, answer } }));
    }
    terminate() {}
  }

  const write = () => {
    const { store, results, session } = bench;
    const ids = store.getState().photos.map(({ id }) => id);
    const makeBitmap = async () => Object.create(null);
    const parts = { store, results, showError: session.showError, makeBitmap };
    return writeReport(parts, session, ids, new AbortController().signal);
  };

  beforeEach(async () => {
    vi.stubGlobal('Worker', ReportWriter);
    given = [];
    prompts = [];
    meanwhile = async () => undefined;
    bench = testBench();
    bench.results.kept = keptOnDisk().results;
    await bench.open();
    for (const name of ['a.png', 'b.png', 'c.png']) {
      const file = async () => new Blob([name]);
      const [id = ''] = bench.session.restorePhotos([{ name, url: `blob:${name}`, width: 4, height: 3, file }]);
      bench.results.set(depthKey(id, undefined), { task: 'depth', result: depth(), pack: 'a' });
    }
  });
  afterEach(() => vi.unstubAllGlobals());

  test('settings and mask lists are those of the start', async () => {
    const ids = bench.store.getState().photos.map(({ id }) => id);
    for (const id of ids) bench.results.set(referKey(id, 'box', false), { task: 'refer', result: mask(), pack: 'a' });
    const masks = Object.fromEntries(ids.map((id) => [id, addMask(NO_MASKS, 'box')]));
    bench.store.setState({ masks });
    meanwhile = async () => {
      bench.session.setZeroShot(true);
      bench.store.setState({ masks: {} });
    };
    await write();
    expect(prompts).toEqual(['box', 'box', 'box']);
  });

  test('photos that are removed before their turn are left out', async () => {
    meanwhile = async () => bench.session.remove('photo-2');
    expect((await write()).name).toBe('report-of-2-photos.html');
    expect(given).toEqual(['a.png', 'c.png']);
  });

  test('a photo that is removed while it is read is left out', async () => {
    bench.media.sources.set('photo-2', async () => {
      await settle();
      if (bench.store.getState().photos.length === 3) bench.session.remove('photo-2');
      throw new Error('The file is gone.');
    });
    await write();
    expect(given).toEqual(['a.png', 'c.png']);
  });

  test('opening another model ends it with an error', async () => {
    meanwhile = async () => {
      void bench.session.openPack({ url: 'http://host/other/' });
      await settle();
      await bench.opened({ hash: 'b' });
    };
    await expect(write()).rejects.toThrow('Another model was opened while the report was written; save it again.');
    expect(given).toEqual(['a.png']);
  });
});
