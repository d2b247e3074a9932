import { expect, test } from 'vitest';
import { isVisible, LAYER_IDS, LAYERS_STATE, type LayersState, pinnedTasks, toggled } from './layer-stack.ts';

const shown = (layers: LayersState, task: 'depth' | 'refer' | 'segment') =>
  LAYER_IDS.filter((id) => isVisible(layers, id, task));

test('each task starts with its own layers only', () => {
  expect(shown(LAYERS_STATE, 'depth')).toEqual(['depth']);
  expect(shown(LAYERS_STATE, 'refer')).toEqual(['attention', 'masks']);
  expect(shown(LAYERS_STATE, 'segment')).toEqual(['classes', 'attention']);
  expect(pinnedTasks(LAYERS_STATE)).toEqual([]);
});

test('a layer of another task stays visible after the task changes, until it is hidden', () => {
  const pinned = toggled(LAYERS_STATE, 'depth', 'refer');
  expect(shown(pinned, 'refer')).toEqual(['depth', 'attention', 'masks']);
  expect(shown(pinned, 'segment')).toEqual(['depth', 'classes', 'attention']);
  expect(pinnedTasks(pinned)).toEqual(['depth']);
  expect(toggled(pinned, 'depth', 'segment')).toEqual(LAYERS_STATE);
});

test('a hidden layer stays hidden on every tab; shown again, it follows its own task', () => {
  const hidden = toggled(LAYERS_STATE, 'masks', 'refer');
  for (const task of ['depth', 'refer', 'segment'] as const) expect(isVisible(hidden, 'masks', task)).toBe(false);
  expect(toggled(hidden, 'masks', 'refer')).toEqual(LAYERS_STATE);
  // Shown from another task's tab.
  expect(isVisible(toggled(hidden, 'masks', 'depth'), 'masks', 'depth')).toBe(true);
  // A pinned layer that is hidden on its own task's tab.
  const pinned = toggled(LAYERS_STATE, 'classes', 'depth');
  expect(isVisible(toggled(pinned, 'classes', 'segment'), 'classes', 'segment')).toBe(false);
});
