/** What lies on which side of the compare handle, and where the handle stands when that changes. */
import { beforeEach, expect, test } from 'vitest';
import { depthKey, withoutPhoto } from '../results/result-keys.ts';
import { depth, settle, testBench } from '../testing/bench.ts';
import { hasGone } from './gestures.ts';
import { splitOf } from './place.ts';
import { isTwoSided } from './sides.ts';

const SIZE = { width: 200, height: 100 };
let bench: ReturnType<typeof testBench>;
let sample: string;

const split = () => splitOf(bench.store.getState());
const compare = () => bench.store.getState().stage.compare;
const truth = (on: boolean) => bench.store.setState({ truth: on });

async function compareTwo(): Promise<void> {
  bench.session.beside((controller) => void controller.compareWith({ stored: 'other' }));
  await expect.poll(() => bench.calls.some(({ engine, method }) => engine === 1 && method === 'open')).toBe(true);
  await bench.openedBeside();
}

beforeEach(async () => {
  bench = testBench();
  bench.store.setState({ stage: { ...bench.store.getState().stage, size: SIZE } });
  const load = async () => [[withoutPhoto(depthKey('', undefined)), { task: 'depth', result: depth() }] as const];
  const known = { url: 'http://host/room.png', prompts: [], load };
  [sample = ''] = bench.session.addSamples([{ ...known, name: 'room', truth: 'http://host/truth.json' }]);
  await bench.open();
  bench.session.select(sample);
  await settle();
});

test('what was found and the truth stay on their sides when the photo is hidden', () => {
  truth(true);
  const half = split();
  expect(compare()).toBe(0.5);
  expect(half).toBeCloseTo(SIZE.width / 2);
  bench.store.setState({ stage: { ...bench.store.getState().stage, photo: false } });
  expect(split()).toBe(half);
  truth(false);
  expect([compare(), split()]).toEqual([0, 0]);
});

test('a photo without truth has one side, and the layers are everywhere', async () => {
  truth(true);
  await bench.add('a.png');
  expect(isTwoSided(bench.store.getState())).toBe(false);
  expect(compare()).toBe(0);
  bench.session.select(sample);
  expect(compare()).toBe(0.5);
});

test('truth on and off leaves two models that are compared where they are; without them it has its place again', async () => {
  await compareTwo();
  expect(compare()).toBe(0.5);
  bench.store.setState({ stage: { ...bench.store.getState().stage, compare: 0.25 } });
  truth(true);
  truth(false);
  expect(compare()).toBe(0.25);
  truth(true);
  bench.session.beside((controller) => controller.stop());
  await settle();
  expect(bench.store.getState().beside).toBeUndefined();
  expect(compare()).toBe(0.25);
  truth(false);
  expect(compare()).toBe(0);
});

test('a second model that is lost leaves no side of its own', async () => {
  await compareTwo();
  const { beside } = bench.store.getState();
  if (beside) bench.store.setState({ beside: { ...beside, engine: { phase: 'failed', message: 'It crashed.' } } });
  expect([isTwoSided(bench.store.getState()), compare()]).toEqual([false, 0]);
});

test.each([
  ['mouse', { x: 5, y: 5 }, true],
  ['touch', { x: 500, y: 5 }, false],
  // Lifted, before its click or out of reach; and moved on beside the stage.
  ['pen', { x: 5, y: 5 }, false],
  ['pen', { x: -1, y: 5 }, true],
  ['pen', { x: 5, y: 100 }, true],
])('a %s that left at %o is somewhere else: %s', (pointer, at, gone) => {
  expect(hasGone(pointer, at, { clientWidth: SIZE.width, clientHeight: SIZE.height })).toBe(gone);
});
