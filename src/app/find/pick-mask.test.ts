/** A click on the stage shows the mask under it. */
import { beforeEach, expect, test } from 'vitest';
import { addMask, changeMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { referKey } from '../results/result-keys.ts';
import { createResults } from '../results/results.ts';
import { STAGE_STATE } from '../stage/state.ts';
import { type AppState, createAppStore } from '../store.ts';
import { mask } from '../testing/bench.ts';
import { photo } from '../testing/photo.ts';
import { pickMask } from './pick-mask.ts';

/** Which of four pixels in a row are inside. */
const MASKS = { wall: [1, 1, 1, 0], lamp: [0, 1, 0, 0], bed: [0, 1, 1, 0] };
const [WALL, LAMP, BED, NOTHING] = [0.1, 0.3, 0.6, 0.9];

const results = createResults();
let start: Partial<AppState>;

beforeEach(() => {
  let history = NO_MASKS;
  for (const [prompt, inside] of Object.entries(MASKS)) {
    history = addMask(history, prompt);
    const area = inside.reduce((sum, value) => sum + value) / 4;
    const result = { ...mask(), width: 4, probability: Float32Array.from(inside), area };
    results.set(referKey('a', prompt, false), { task: 'refer', result });
  }
  const stage = { ...STAGE_STATE, size: { width: 4, height: 3 } };
  start = {
    photos: [photo('a')],
    selected: 'a',
    task: 'refer',
    prompt: 'wall',
    draft: 'wall',
    masks: { a: history },
    stage,
  };
});

/** Prompt and draft after a click at a fraction of the photo's width. */
function click(u: number, change: (state: AppState) => Partial<AppState> = () => ({})) {
  const store = createAppStore({ ...start, crosshair: { u, v: 0.5, by: 'pointer', held: true } });
  store.setState(change(store.getState()));
  pickMask({ store, results });
  const { prompt, draft } = store.getState();
  return { prompt, draft };
}

test('the smallest of several is shown; outside all of them, the shown one stays', () => {
  expect(click(LAMP)).toEqual({ prompt: 'lamp', draft: 'lamp' });
  expect(click(BED).prompt).toBe('bed');
  expect(click(WALL).prompt).toBe('wall');
  expect(click(NOTHING).prompt).toBe('wall');
});

test('a hidden mask is not under the pointer', () => {
  const hide = (state: AppState) => ({
    masks: { a: changeMask(state.masks.a ?? NO_MASKS, 'lamp', { hidden: true }) },
  });
  expect(click(LAMP, hide).prompt).toBe('bed');
});

test('a draft that was not run stays in the prompt box', () => {
  expect(click(LAMP, () => ({ draft: 'the floor' }))).toEqual({ prompt: 'lamp', draft: 'the floor' });
});

test.each<readonly [string, (state: AppState) => Partial<AppState>]>([
  ['on another tab', () => ({ task: 'depth' })],
  ['with a brush', ({ refer }) => ({ refer: { ...refer, brush: 'add' } })],
  ['while a word’s attention is shown', ({ refer }) => ({ refer: { ...refer, locked: 'word 1' } })],
  ['while a word is left out', ({ refer }) => ({ refer: { ...refer, without: [1] } })],
  ['while two masks are compared', ({ refer }) => ({ refer: { ...refer, compare: 'bed' } })],
  ['without layers', ({ stage }) => ({ stage: { ...stage, layers: false } })],
  ['on the photo, left of the compare handle', ({ stage }) => ({ stage: { ...stage, compare: 0.5 } })],
])('%s, a click does not pick a mask', (_, change) => expect(click(LAMP, change).prompt).toBe('wall'));
