/** A click on the stage shows the mask under it. */
import { beforeEach, expect, test } from 'vitest';
import type { SampleTruth } from '../../samples/truth.ts';
import { toggled } from '../../tasks/layer-stack.ts';
import { addMask, changeMask, type MaskHistory, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { ablateKey, referKey } from '../results/result-keys.ts';
import { createResults, type Results } from '../results/results.ts';
import type { Click } from '../stage/input/actions.ts';
import { STAGE_STATE } from '../stage/state.ts';
import { type AppState, createAppStore } from '../store.ts';
import { mask } from '../testing/bench.ts';
import { photo } from '../testing/photo.ts';
import { twoModels } from '../testing/two-models.ts';
import { pickMask } from './pick-mask.ts';

/** Which of four pixels in a row are inside. */
const MASKS = { wall: [1, 1, 1, 0], lamp: [0, 1, 0, 0], bed: [0, 1, 1, 0] };
const [WALL, LAMP, BED, NOTHING] = [0.1, 0.3, 0.6, 0.9];
const MAPS = { level: 0, tokens: 1, width: 1, height: 1, data: Float32Array.of(1), coverX: 1, coverY: 1 };
const TRUTH: SampleTruth = {
  width: 1,
  height: 1,
  metres: Float32Array.of(1),
  range: { min: 0, max: 10, crop: null },
  labels: Uint8Array.of(0),
  names: [],
  ignore: 255,
  masks: new Map(),
};

type Change = (state: AppState) => Partial<AppState>;
const NO_CHANGE: Change = () => ({});
const refer =
  (change: Partial<AppState['refer']>): Change =>
  (state) => ({ refer: { ...state.refer, ...change } });
const layer =
  (id: 'masks' | 'attention'): Change =>
  ({ layers, task }) => ({ layers: toggled(layers, id, task) });
const handle =
  (compare: number): Change =>
  ({ stage }) => ({ stage: { ...stage, compare } });

let results: Results;
let start: Partial<AppState>;

/** Gives a photo these masks, with a heat map of one word. */
function fill(into: Results, id: string, masks: Readonly<Record<string, readonly number[]>>): MaskHistory {
  let history = NO_MASKS;
  for (const [prompt, inside] of Object.entries(masks)) {
    history = addMask(history, prompt);
    const area = inside.reduce((sum, value) => sum + value) / 4;
    const words = {
      tokens: [{ text: 'word', id: 1, kind: 'word', word: 0, known: true }],
      words: [{ text: 'word', tokens: [0], known: true }],
      maps: [MAPS],
    } as const;
    const result = { ...mask(), ...words, width: 4, probability: Float32Array.from(inside), area };
    into.set(referKey(id, prompt, false), { task: 'refer', result });
  }
  return history;
}

beforeEach(() => {
  results = createResults();
  start = {
    photos: [photo('a', 'sample')],
    selected: 'a',
    task: 'refer',
    prompt: 'lamp',
    draft: 'lamp',
    masks: { a: fill(results, 'a', MASKS) },
    stage: { ...STAGE_STATE, size: { width: 4, height: 3 } },
  };
});

/** The page after a click at a fraction of the photo's width, with a mask shown before. */
function clicked(shown: string, u: number, change = NO_CHANGE, click: Click = 'held') {
  const store = createAppStore({ ...start, prompt: shown, draft: shown, crosshair: { u, v: 0.5, by: 'pointer' } });
  store.setState(change(store.getState()));
  pickMask({ store, results }, click);
  return store.getState();
}
const picked = (...args: Parameters<typeof clicked>) => clicked(...args).prompt;

test('the smallest of several is shown; outside all of them, the shown one stays', () => {
  expect(picked('bed', WALL)).toBe('wall');
  expect(picked('lamp', BED)).toBe('bed');
  expect(picked('lamp', NOTHING)).toBe('lamp');
  const hidden: Change = ({ masks }) => ({ masks: { a: changeMask(masks.a ?? NO_MASKS, 'wall', { hidden: true }) } });
  expect(picked('wall', LAMP, hidden), 'the shown one is hidden').toBe('lamp');
});

test('the shown mask stays at a click inside it; a second click there shows the next smaller, and then releases', () => {
  expect(picked('wall', LAMP)).toBe('wall');
  expect(clicked('wall', LAMP, NO_CHANGE, 'released')).toMatchObject({ prompt: 'bed', crosshair: { held: true } });
  expect(picked('bed', LAMP, NO_CHANGE, 'released')).toBe('lamp');
  const last = clicked('lamp', LAMP, NO_CHANGE, 'released');
  expect([last.prompt, last.crosshair?.held]).toEqual(['lamp', undefined]);
  expect(picked('lamp', BED, NO_CHANGE, 'released'), 'another mask is shown').toBe('lamp');
});

test('a hidden mask is not under the pointer', () => {
  const hide: Change = ({ masks }) => ({ masks: { a: changeMask(masks.a ?? NO_MASKS, 'bed', { hidden: true }) } });
  expect(picked('lamp', BED, hide)).toBe('wall');
});

test('a draft that was not run stays in the prompt box', () => {
  const { prompt, draft } = clicked('lamp', WALL, () => ({ draft: 'the floor' }));
  expect({ prompt, draft }).toEqual({ prompt: 'wall', draft: 'the floor' });
});

test.each<readonly [string, Change, picks: boolean]>([
  ['on another tab', () => ({ task: 'depth' }), false],
  ['without layers', ({ stage }) => ({ stage: { ...stage, layers: false } }), false],
  ['without the layer of masks', layer('masks'), false],
  ['on the photo, left of the compare handle', handle(0.5), false],
  ['while a word’s attention is shown', refer({ locked: 'word:0' }), false],
  [
    'while its attention is hidden',
    (state) => ({ ...refer({ locked: 'word:0' })(state), ...layer('attention')(state) }),
    true,
  ],
  ['while two masks are compared', refer({ compare: 'bed' }), false],
  ['if the mask to compare with is the shown one', refer({ compare: 'lamp' }), true],
  ['if the mask to compare with was removed', refer({ compare: 'the sofa' }), true],
  ['while a word is left out', refer({ without: [0] }), false],
  ['before it is computed what that changes', refer({ without: [1] }), true],
])('%s, a click picks only a mask that is drawn', (_, change, picks) => {
  const result = { ...mask(), width: 4, probability: new Float32Array(4), iou: 0 };
  results.set(ablateKey('a', 'lamp', [0]), { task: 'ablate', result });
  expect(picked('lamp', WALL, change)).toBe(picks ? 'wall' : 'lamp');
});

test('with a sample’s truth, masks are left of the handle; until it is loaded, right of it', () => {
  const at = (u: number) => picked('lamp', u, (state) => ({ truth: true, ...handle(0.4)(state) }));
  expect([at(WALL), at(BED)]).toEqual(['lamp', 'bed']);
  results.truths.set('a', TRUTH);
  expect([at(WALL), at(BED)]).toEqual(['wall', 'lamp']);
});

test('of two models, the one at the crosshair’s side of the handle says which mask is there', async () => {
  const bench = await twoModels('refer');
  const { store, photo: id } = bench;
  const masks = { [id]: fill(bench.results, id, { wall: [1, 0, 1, 0], lamp: [0, 1, 0, 1], door: [0, 0, 0, 0] }) };
  fill(bench.theirs, id, { wall: [0, 1, 0, 1], lamp: [1, 0, 1, 0] });
  const at = (u: number) => {
    const stage = { ...STAGE_STATE, size: { width: 4, height: 3 }, compare: 0.5 };
    store.setState({ masks, prompt: 'door', stage, crosshair: { u, v: 0.5, by: 'pointer' } });
    pickMask(bench, 'held');
    return store.getState().prompt;
  };
  expect([at(0.1), at(0.3), at(0.6), at(0.9)]).toEqual(['lamp', 'wall', 'wall', 'lamp']);
});
