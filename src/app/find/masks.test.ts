/** Brush strokes of the mask on show, as steps to undo. */
import { beforeEach, expect, test } from 'vitest';
import { createResults } from '../results/results.ts';
import { promptKey } from '../results/shown.ts';
import { type AppStore, createAppStore } from '../store.ts';
import { mask } from '../testing/bench.ts';
import { createMasks, type Masks, masksOf } from './masks.ts';

const PROMPT = 'the door';

let store: AppStore;
let masks: Masks;

const history = () => masksOf(store.getState());
const strokes = () => history().items.map((item) => item.strokes.map(({ points }) => points));

beforeEach(() => {
  store = createAppStore({ selected: 'photo-1', task: 'refer' });
  const results = createResults();
  const result = { ...mask(), width: 2, height: 2, probability: new Float32Array(4), area: 0 };
  results.set(promptKey(store.getState(), PROMPT), { task: 'refer', result });
  masks = createMasks({ store, results });
  store.setState({ prompt: PROMPT });
});

test('a stroke that is taken back leaves no step, and what could be done again still can', () => {
  masks.beginStroke(0, 0, false);
  masks.extendStroke(0.5, 0.5);
  masks.beginStroke(0.5, 0, false);
  masks.undoMasks();
  const before = history();
  expect(strokes()).toEqual([[[0, 0, 1, 1]]]);

  masks.beginStroke(0, 0.5, true);
  masks.extendStroke(0.5, 0.5);
  masks.takeBackStroke();
  expect(history()).toBe(before);
  masks.redoMasks();
  expect(strokes()).toEqual([
    [
      [0, 0, 1, 1],
      [1, 0],
    ],
  ]);
});

test('a stroke that was undone while it was drawn is over: the one before it stays as it was', () => {
  masks.beginStroke(0, 0, false);
  masks.beginStroke(0.5, 0, false);
  masks.extendStroke(0.5, 0.5);
  masks.undoMasks();
  masks.extendStroke(1, 1);
  expect(strokes()).toEqual([[[0, 0]]]);
  masks.redoMasks();
  expect(strokes()).toEqual([
    [
      [0, 0],
      [1, 0, 1, 1],
    ],
  ]);
});

test('only the last stroke is taken back, once, and not after another change', () => {
  masks.beginStroke(0, 0, false);
  masks.beginStroke(0.5, 0, false);
  masks.takeBackStroke();
  masks.takeBackStroke();
  expect(strokes()).toEqual([[[0, 0]]]);
  masks.beginStroke(0.5, 0.5, false);
  masks.changeMask(PROMPT, { hidden: true });
  masks.takeBackStroke();
  expect(strokes()).toEqual([
    [
      [0, 0],
      [1, 1],
    ],
  ]);
});
