/** What the panel says about a failure, from the failure until it is solved. */
import { beforeEach, expect, test } from 'vitest';
import { VpdError } from '../../errors.ts';
import { depth, settle, testBench } from '../testing/bench.ts';
import { failureNote, failureText, isRunFailed, stoppedText } from './run-note.ts';

let bench: ReturnType<typeof testBench>;
const says = () => failureText(bench.store.getState(), bench.results);
const dismissAll = () => {
  for (const { id } of bench.store.getState().notices) bench.session.dismiss(id);
};

beforeEach(async () => {
  bench = testBench();
  await bench.open();
  await bench.add('a.png');
});

test('a failed run is named until it succeeds, even if its notice was dismissed', async () => {
  expect(says()).toBeUndefined();
  await bench.fail('depth', new VpdError('no-memory', 'There was not enough memory.'));
  const note = () => failureNote(bench.store.getState(), bench.results);
  expect(note(), 'the notice says it').toBeUndefined();
  dismissAll();
  expect(note()).toBe(says());
  const foreign = { id: 'n', code: 'network', message: 'The second model failed.', details: '', files: [] } as const;
  bench.store.setState({ notices: [{ ...foreign, retry: 'run' }] });
  expect(note(), 'another failure has a notice').toBe(says());
  dismissAll();
  expect(says()).toBe('Estimating depth failed: There was not enough memory.');
  bench.session.retryFailed();
  await settle();
  expect(says(), 'while it runs again').toBeUndefined();
  await bench.fail('depth', new VpdError('no-memory', 'There was not enough memory.'));
  expect(says()).toBe('Estimating depth failed: There was not enough memory.');
  bench.session.retryFailed();
  await settle();
  expect(bench.store.getState().notices, 'the notice is dismissed by the other Retry').toEqual([]);
  await bench.answer('depth', depth());
  expect(says()).toBeUndefined();
});

test('the failure of another task is not shown; a refused prompt is reported only under its box', async () => {
  await bench.fail('depth', new VpdError('no-memory', 'There was not enough memory.'));
  expect(isRunFailed(bench.store.getState(), bench.results)).toBe(true);
  bench.session.setTask('refer');
  expect(says()).toBeUndefined();
  bench.session.find('zeppelin');
  await settle();
  await bench.fail('refer', new VpdError('bad-prompt', 'No word of it is known.'));
  expect(says()).toBeUndefined();
  expect(isRunFailed(bench.store.getState(), bench.results), 'the page is ready for another prompt').toBe(false);
});

test('a lost engine is named until it is ready again', async () => {
  await bench.lose('The engine crashed.');
  dismissAll();
  expect(says()).toBe('The engine crashed.');
  bench.session.retryFailed();
  await settle();
  await bench.opened();
  expect(says()).toBeUndefined();
  expect(bench.calls.at(-1)?.method).toBe('depth');
});

test('a stopped run says so, and goes on only on request', async () => {
  const stopped = () => stoppedText(bench.store.getState(), bench.results);
  const runs = () => bench.calls.filter(({ method }) => method === 'depth');
  bench.session.stop();
  expect(bench.call('depth').signal?.aborted).toBe(true);
  expect(stopped()).toBe('Stopping after this step…');
  bench.call('depth').end();
  expect(stopped()).toBe('Stopped.');
  await settle();
  expect(runs()).toHaveLength(1);
  expect(bench.store.getState().notices).toEqual([]);
  bench.session.retryFailed();
  await settle();
  expect(runs()).toHaveLength(2);
  expect(stopped(), 'while it runs again').toBeUndefined();
  bench.session.stop();
  runs()[0]?.end();
  expect(stopped(), 'the end of the first does not count').toBe('Stopping after this step…');
  bench.session.setTask('segment');
  expect(stopped(), 'another task').toBeUndefined();
  await settle();
  expect(bench.calls.at(-1)?.method).toBe('segment');
});

test('the opening of a model is stopped: the open one stays, and without one it can be opened again', async () => {
  await bench.answer('depth', depth());
  const other = bench.session.openPack({ stored: 'other' });
  await settle();
  bench.session.stop();
  expect(await other).toBe(false);
  expect(bench.store.getState().engine.phase).toBe('ready');

  bench = testBench();
  void bench.session.start();
  await settle();
  bench.session.stop();
  await settle();
  expect(bench.store.getState().notices).toEqual([]);
  expect(stoppedText(bench.store.getState(), bench.results)).toBe('Opening the model was stopped.');
  expect(says(), 'not a failure').toBeUndefined();
  bench.session.retryFailed();
  await settle();
  await bench.opened();
  expect(bench.store.getState().engine.phase).toBe('ready');
});
