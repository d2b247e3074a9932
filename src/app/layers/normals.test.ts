/** Which depth maps need surface normals: all on the stage, each with its own model's field of view. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { trainingFov } from '../../image/camera.ts';
import type { SampleTruth } from '../../samples/truth.ts';
import { depthKey, withoutPhoto } from '../results/result-keys.ts';
import { secondResults } from '../second-model/view.ts';
import { depth, pack, settle, testBench } from '../testing/bench.ts';
import { createNormals, wantedNormals } from './normals.ts';

const SIZE = { width: 320, height: 240 };
const TRUTH: SampleTruth = {
  ...SIZE,
  metres: new Float32Array(SIZE.width * SIZE.height).fill(2),
  range: { min: 0, max: 10, crop: null },
  labels: new Uint8Array(0),
  names: [],
  ignore: 255,
  masks: new Map(),
};

let bench: ReturnType<typeof testBench>;
let sample: string;
const found = { ...depth(), ...SIZE };

const wanted = () => wantedNormals(bench.store.getState(), bench.results);
const show = (what: 'depth' | 'normals') =>
  bench.store.setState({ depth: { ...bench.store.getState().depth, show: what } });

beforeEach(async () => {
  bench = testBench();
  const load = async () => [
    [withoutPhoto(depthKey('', undefined)), { task: 'depth', result: found, pack: 'a' }] as const,
  ];
  const known = { url: 'http://host/room.png', prompts: [], load };
  [sample = ''] = bench.session.addSamples([{ ...known, name: 'room', truth: 'http://host/truth.json' }]);
  await bench.open();
  bench.session.select(sample);
  await settle();
});

afterEach(() => void vi.unstubAllGlobals());

test('no normals are needed while depth is drawn in colours or is not visible', () => {
  expect(wanted()).toEqual([]);
  show('normals');
  expect(wanted()).toEqual([{ result: found, fov: trainingFov(SIZE, pack.working) }]);
  bench.session.setTask('segment');
  expect(wanted()).toEqual([]);
  const { layers } = bench.store.getState();
  bench.store.setState({ layers: { ...layers, depth: { ...layers.depth, visible: 'on' } } });
  expect(wanted(), 'a layer that was switched on by hand').toHaveLength(1);
});

test('normals of the truth are needed, with the field of view of the result', () => {
  show('normals');
  bench.results.truths.set(sample, TRUTH);
  expect(wanted()).toHaveLength(1);
  bench.store.setState({ truth: true });
  const [own, truth, ...more] = wanted();
  expect(more).toEqual([]);
  expect(own?.result).toBe(found);
  expect(truth?.result.metres).toBe(TRUTH.metres);
  expect(truth?.fov).toBe(own?.fov);
  expect(wanted()[1]?.result, 'the same object, so that its normals are computed once').toBe(truth?.result);
});

test('normals of the second model are needed instead of the truth’s; a field of view chosen by hand is used for both models', async () => {
  show('normals');
  bench.results.truths.set(sample, TRUTH);
  bench.store.setState({ truth: true });
  bench.session.secondModel((controller) => void controller.compareWith({ stored: 'other' }));
  await expect.poll(() => bench.calls.some(({ engine, method }) => engine === 1 && method === 'open')).toBe(true);
  const working = { longSide: 640, shortSide: 256, multiple: 64 };
  await bench.openedSecondModel({ working });
  expect(wanted()).toHaveLength(1);
  const theirs = { ...depth(), ...SIZE };
  const results = secondResults(bench.store.getState(), bench.results);
  results.set(depthKey(sample, undefined), { task: 'depth', result: theirs });
  expect(wanted()).toEqual([
    { result: found, fov: trainingFov(SIZE, pack.working) },
    { result: theirs, fov: trainingFov(SIZE, working) },
  ]);
  expect(wanted()[1]?.result).toBe(theirs);
  bench.store.setState({ depth: { ...bench.store.getState().depth, fov: 70 } });
  expect(wanted().map(({ fov }) => fov)).toEqual([70, 70]);
});

test('a failure is reported once, and tried again when normals are selected again', async () => {
  const errors: unknown[] = [];
  // Node has no global Worker, unless onnxruntime has defined one.
  vi.stubGlobal('Worker', undefined);
  const ensure = createNormals(
    () => {},
    (thrown) => errors.push(thrown),
  );
  const picture = () => ensure(bench.store.getState(), bench.results);
  show('normals');
  picture();
  picture();
  await expect.poll(() => errors.length).toBe(1);
  picture();
  show('depth');
  picture();
  show('normals');
  picture();
  await expect.poll(() => errors.length).toBe(2);
});
