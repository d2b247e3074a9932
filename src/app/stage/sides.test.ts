/** Where the compare handle goes when a comparison begins or ends. */
import { beforeEach, expect, test } from 'vitest';
import { depthKey, withoutPhoto } from '../results/result-keys.ts';
import { depth, settle, testBench } from '../testing/bench.ts';
import { isTwoSided } from './sides.ts';

let bench: ReturnType<typeof testBench>;
let sample: string;

const compare = () => bench.store.getState().stage.compare;
const truth = (on: boolean) => bench.store.setState({ truth: on });

async function compareTwo(): Promise<void> {
  bench.session.secondModel((controller) => void controller.compareWith({ stored: 'other' }));
  await expect.poll(() => bench.calls.some(({ engine, method }) => engine === 1 && method === 'open')).toBe(true);
  await bench.openedSecondModel();
}

beforeEach(async () => {
  bench = testBench();
  const load = async () => [[withoutPhoto(depthKey('', undefined)), { task: 'depth', result: depth() }] as const];
  const known = { url: 'http://host/room.png', prompts: [], load };
  [sample = ''] = bench.session.addSamples([{ ...known, name: 'room', truth: 'http://host/truth.json' }]);
  await bench.open();
  bench.session.select(sample);
  await settle();
});

test('showing the truth puts the handle in the middle, and hiding it moves it back to the left', () => {
  truth(true);
  expect(compare()).toBe(0.5);
  truth(false);
  expect(compare()).toBe(0);
});

test('a photo without truth is not compared, and its layers are drawn everywhere', async () => {
  truth(true);
  await bench.add('a.png');
  expect(isTwoSided(bench.store.getState())).toBe(false);
  expect(compare()).toBe(0);
  bench.session.select(sample);
  expect(compare()).toBe(0.5);
});

test('while two models are compared, the truth does not move the handle; after that it does again', async () => {
  await compareTwo();
  expect(compare()).toBe(0.5);
  bench.store.setState({ stage: { ...bench.store.getState().stage, compare: 0.25 } });
  truth(true);
  truth(false);
  expect(compare()).toBe(0.25);
  truth(true);
  bench.session.secondModel((controller) => controller.stop());
  await settle();
  expect(bench.store.getState().secondModel).toBeUndefined();
  expect(compare()).toBe(0.25);
  truth(false);
  expect(compare()).toBe(0);
});

test('a second model that fails ends the comparison', async () => {
  await compareTwo();
  const { secondModel } = bench.store.getState();
  if (secondModel)
    bench.store.setState({ secondModel: { ...secondModel, engine: { phase: 'failed', message: 'It crashed.' } } });
  expect([isTwoSided(bench.store.getState()), compare()]).toEqual([false, 0]);
});
