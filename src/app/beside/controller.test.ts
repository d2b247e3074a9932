/** The second engine: what is left of the comparison when it dies, and how it comes back. */
import { beforeEach, expect, test } from 'vitest';
import { VpdError } from '../../errors.ts';
import { clearPage } from '../keep/clear.ts';
import { depthKey } from '../results/result-keys.ts';
import { depth, settle, testBench } from '../testing/bench.ts';
import { besideResults } from './view.ts';

const SECOND = { stored: 'other' };
const HOW = { longSide: 256 };

let bench: ReturnType<typeof testBench>;
const second = () => bench.store.getState().beside;
const openings = (engine: number) => bench.calls.filter((each) => each.engine === engine && each.method === 'open');

async function opens(engine: number): Promise<void> {
  await expect.poll(() => openings(engine).length).toBe(1);
}

async function compare(): Promise<void> {
  bench.session.beside((controller) => void controller.compareWith(SECOND, HOW));
  await opens(1);
}

async function retryMain(): Promise<void> {
  const [notice] = bench.store.getState().notices;
  if (!notice) throw new Error('Nothing was said.');
  bench.session.retry(notice);
  await settle();
}

beforeEach(async () => {
  bench = testBench();
  await bench.open();
  await bench.add('a.png');
  await bench.answer('depth', depth());
});

test('one that dies at work says so, and Retry starts it again with the same model in the same way', async () => {
  await compare();
  await bench.openedBeside();
  await bench.lose('It crashed.', 1);
  expect(second()).toMatchObject({ source: SECOND, how: HOW, engine: { phase: 'failed', message: 'It crashed.' } });
  expect(bench.store.getState().notices, 'said once, in its own place').toEqual([]);

  bench.session.beside((controller) => controller.retry());
  await opens(2);
  expect(openings(2)[0]?.params).toEqual({ pack: SECOND, ...HOW });
  await bench.openedBeside({}, 2);
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
])('one that %s leaves the comparison to be tried again', async (_, fail) => {
  await compare();
  await fail();
  expect(second()).toMatchObject({ source: SECOND, engine: { phase: 'failed', message: 'It failed.' } });
  bench.session.beside((controller) => controller.retry());
  await opens(2);
  await bench.openedBeside({}, 2);
  expect(second()?.engine.phase).toBe('ready');
});

test('one whose stored model was deleted ends, in the address too, and says the way out once', async () => {
  await compare();
  const why = 'The model other is no longer stored in this browser; choose another one under Models.';
  bench.call('open', 1).fail(new VpdError('missing', why));
  await settle();
  expect(second()).toBeUndefined();
  expect(bench.store.getState().notices.map(({ message, retry }) => ({ message, retry }))).toEqual([
    {
      message:
        'Nothing is compared any more: the model other is no longer stored in this browser; choose another one under Models.',
      retry: undefined,
    },
  ]);
});

test('a run that failed on it is run again by Retry, on the same engine', async () => {
  await compare();
  await bench.openedBeside();
  await bench.answer('addPhoto', { photo: '', width: 4, height: 3, bitmap: { close() {} } }, 1);
  bench.call('depth', 1).fail(new VpdError('no-memory', 'There was not enough memory.'));
  await settle();
  expect(second()?.run?.phase).toBe('failed');
  bench.session.beside((controller) => controller.retry());
  await settle();
  expect(bench.calls.filter(({ engine, method }) => engine === 1 && method === 'depth')).toHaveLength(2);
});

test('a photo whose file is not in memory is fetched for it', async () => {
  bench.results.files.clear();
  await compare();
  await bench.openedBeside();
  const { file } = Object(bench.call('addPhoto', 1).params);
  expect(await file.text()).toBe('x');
});

test('a photo whose file is gone is said once, until Retry', async () => {
  let reads = 0;
  bench.results.files.clear();
  bench.results.sources.set('photo-1', async () => {
    reads++;
    throw new VpdError('missing', 'The file is gone.');
  });
  await compare();
  await bench.openedBeside();
  await settle();
  expect(second()?.run).toMatchObject({ phase: 'failed', message: 'The file is gone.' });
  expect(reads).toBe(1);
  bench.session.beside((controller) => controller.retry());
  await settle();
  expect(reads).toBe(2);
});

test('where both are lost, the main Retry brings the comparison back after the open model', async () => {
  await compare();
  await bench.openedBeside();
  await bench.lose('The device is gone.');
  await bench.lose('The device is gone.', 1);
  await retryMain();
  expect(openings(0)).toHaveLength(2);
  expect(second()?.engine.phase, 'waits for its turn').toBe('failed');
  await bench.opened();
  await opens(2);
  await bench.openedBeside({}, 2);
  expect(second()).toMatchObject({ source: SECOND, how: HOW, engine: { phase: 'ready' } });
});

test('one that works is left alone by the main Retry', async () => {
  await compare();
  await bench.openedBeside();
  await bench.lose('It crashed.');
  await retryMain();
  await bench.opened();
  await settle();
  expect([second()?.engine.phase, openings(2)]).toEqual(['ready', []]);
});

test('a photo that is taken away, and a session that is cleared, leave nothing with the second model', async () => {
  await compare();
  await bench.openedBeside();
  await bench.answer('addPhoto', { photo: 'photo-1', width: 4, height: 3, bitmap: { close() {} } }, 1);
  await bench.answer('depth', depth(), 1);
  const found = () => besideResults(bench.store.getState(), bench.results).ofPhoto('photo-1').length;
  expect(found()).toBe(1);
  const before = bench.forgotten.length;
  bench.session.remove('photo-1');
  expect(bench.forgotten.slice(before), 'by both engines').toEqual(['photo-1', 'photo-1']);
  expect(found()).toBe(0);

  besideResults(bench.store.getState(), bench.results).set(depthKey('sample-1', undefined), {
    task: 'depth',
    result: depth(),
  });
  clearPage(bench);
  expect(besideResults(bench.store.getState(), bench.results).ofPhoto('sample-1')).toEqual([]);
});
