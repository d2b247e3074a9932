/** Brush strokes as undo steps, and the prompt box when another mask is shown. */
import { beforeEach, expect, test } from 'vitest';
import { addMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { createResults } from '../results/results.ts';
import { promptKey } from '../results/selectors.ts';
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

test('a cancelled stroke leaves no undo step, and redo still works', () => {
  masks.beginStroke(0, 0, false);
  masks.extendStroke(0.5, 0.5);
  masks.beginStroke(0.5, 0, false);
  masks.undoMasks();
  const before = history();
  expect(strokes()).toEqual([[[0, 0, 1, 1]]]);

  masks.beginStroke(0, 0.5, true);
  masks.extendStroke(0.5, 0.5);
  masks.cancelStroke();
  expect(history()).toBe(before);
  masks.redoMasks();
  expect(strokes()).toEqual([
    [
      [0, 0, 1, 1],
      [1, 0],
    ],
  ]);
});

test('a stroke that is undone while it is drawn ends: the previous stroke is not extended', () => {
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

test('only the last stroke is cancelled, once, and not after another change', () => {
  masks.beginStroke(0, 0, false);
  masks.beginStroke(0.5, 0, false);
  masks.cancelStroke();
  masks.cancelStroke();
  expect(strokes()).toEqual([[[0, 0]]]);
  masks.beginStroke(0.5, 0.5, false);
  masks.changeMask(PROMPT, { hidden: true });
  masks.cancelStroke();
  expect(strokes()).toEqual([
    [
      [0, 0],
      [1, 1],
    ],
  ]);
});

test.each([
  ['is replaced if it is the current prompt', PROMPT, 'a lamp'],
  ['stays if it was not run', 'the red', 'the red'],
])('when a photo with a mask is selected, the draft %s', (_, draft, then) => {
  const lamp = addMask(NO_MASKS, 'a lamp');
  store.setState({ draft, masks: { ...store.getState().masks, 'photo-2': lamp } });
  store.setState({ selected: 'photo-2' });
  expect(store.getState()).toMatchObject({ prompt: 'a lamp', draft: then });
  masks.removeMask('a lamp');
  expect(store.getState(), 'after the mask is removed').toMatchObject({
    prompt: '',
    draft: then === draft ? draft : '',
  });
});
