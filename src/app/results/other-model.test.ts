/** Results of another model than the open one are not mixed with results of the open model. */
import { beforeEach, expect, test } from 'vitest';
import type { AblateResult, ReferResult, SegmentResult } from '../../engine/results.ts';
import { mask, settle, testBench } from '../testing/bench.ts';
import { ablateClassesKey, ablateKey, rawMapsKey, referKey, segmentKey } from './result-keys.ts';
import { ablationOf, classAblationOf, classNamesOf, otherOrigin, rawMapsOf } from './selectors.ts';

const NAMES = ['wall', 'bed', 'lamp'];
const from = (hash: string) => ({ from: 'the report room.html', pack: { name: 'theirs', hash } });
const OTHER = from('b');
const PLANE = { width: 1, height: 1, timings: [] };

const token = (kind: 'start' | 'word' | 'end') => ({ text: 'box', id: 1, kind, word: 0, known: true });
const answer: ReferResult = { ...mask(), tokens: [token('start'), token('word'), token('end')] };
const classes: SegmentResult = {
  width: 2,
  height: 1,
  labels: Uint8Array.of(1, 4),
  present: [
    { index: 4, name: 'wall', area: 0.5 },
    { index: 1, name: 'sofa', area: 0.5 },
  ],
  maps: [],
  timings: [],
};

let bench: ReturnType<typeof testBench>;
let photo: string;
const state = () => bench.store.getState();
const requested = () => bench.calls.map(({ method }) => method).filter((method) => /^(ablate|rawMaps)/.test(method));

beforeEach(async () => {
  bench = testBench({ task: 'refer' });
  await bench.open({ classes: NAMES });
  photo = await bench.add('a.png');
});

const importMask = (hash: string) =>
  bench.results.set(referKey(photo, 'box', false), { task: 'refer', result: answer, origin: from(hash) });

async function findImported(hash: string): Promise<void> {
  importMask(hash);
  bench.session.find('box');
  await settle();
}

async function showImportedClasses(hash: string): Promise<void> {
  bench.results.set(segmentKey(photo), { task: 'segment', result: classes, origin: from(hash) });
  bench.session.setTask('segment');
  await settle();
}

test('word ablations and raw maps are computed for the open model’s own masks only', async () => {
  await findImported('b');
  expect(otherOrigin(state(), bench.results)).toEqual(OTHER);
  bench.store.setState({ refer: { ...state().refer, without: [1], ranking: true, grid: true } });
  await settle();
  expect(requested()).toEqual([]);
  const ablated: AblateResult = { ...PLANE, probability: Float32Array.of(0), iou: 0, area: 0 };
  // Left from an earlier mask of the same prompt.
  bench.results.set(ablateKey(photo, 'box', [1]), { task: 'ablate', result: ablated, pack: 'a' });
  bench.results.set(rawMapsKey(photo, 'box'), { task: 'rawMaps', result: { layers: [], timings: [] }, pack: 'a' });
  expect([ablationOf(state(), bench.results), rawMapsOf(state(), bench.results)]).toEqual([undefined, undefined]);

  importMask('a');
  expect(otherOrigin(state(), bench.results)).toBeUndefined();
  expect(ablationOf(state(), bench.results)).toBe(ablated);
});

test('class ablations are computed for the open model’s own classes only', async () => {
  await showImportedClasses('b');
  bench.store.setState({ segment: { ...state().segment, selected: 1, without: 1 } });
  await settle();
  expect(requested()).toEqual([]);
  const ablated = { width: 2, height: 1, labels: Uint8Array.of(0, 0), changed: 1, moves: [], timings: [] };
  bench.results.set(ablateClassesKey(photo, [1]), { task: 'ablateClasses', result: ablated, pack: 'a' });
  expect(classAblationOf(state(), bench.results)).toBeUndefined();
  bench.results.delete(ablateClassesKey(photo, [1]));

  await showImportedClasses('a');
  bench.store.setState({ revision: state().revision + 1 });
  expect(requested()).toEqual(['ablateClasses']);
});

test('class names are those of the shown result, as far as they are known', async () => {
  expect(classNamesOf(state(), bench.results), 'without a result').toBe(NAMES);
  await showImportedClasses('b');
  expect(JSON.stringify(classNamesOf(state(), bench.results))).toBe('[null,"sofa",null,null,"wall"]');
  const starting = { phase: 'starting', progress: { label: 'l', done: 0, total: 0, unit: 'steps' } } as const;
  await showImportedClasses('a');
  expect(classNamesOf(state(), bench.results)).toBe(NAMES);
  expect(classNamesOf({ ...state(), engine: starting }, bench.results)[4], 'while no model is open').toBe('wall');
});

test('computing here resets classes and words that were chosen by their index', async () => {
  await findImported('b');
  bench.store.setState({ refer: { ...state().refer, locked: '1', without: [1] } });
  bench.session.computeHere();
  expect(state().refer).toMatchObject({ locked: undefined, without: [] });
  await bench.answer('refer', mask());

  await showImportedClasses('b');
  bench.store.setState({ segment: { ...state().segment, selected: 1, without: 1, hidden: ['sofa'] } });
  bench.session.computeHere();
  expect(state().segment).toMatchObject({ selected: undefined, without: undefined, hidden: ['sofa'] });
});
