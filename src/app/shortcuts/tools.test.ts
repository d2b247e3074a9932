import { afterEach, expect, test, vi } from 'vitest';
import { addMask, changeMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { testBench } from '../testing/bench.ts';
import { photo } from '../testing/photo.ts';
import { leaveTool, toolKeys } from './tools.ts';

afterEach(() => vi.unstubAllGlobals());

/** A page on which a lamp was found in a photo. */
function lampFound() {
  const shown = addMask(NO_MASKS, 'lamp');
  const bench = testBench({ photos: [photo('a')], selected: 'a', task: 'refer', prompt: 'lamp', masks: { a: shown } });
  return { ...bench, keys: toolKeys(bench), shown, brush: () => bench.store.getState().refer.brush };
}

test('keys choose a brush where the panel offers it', () => {
  const { store, keys, shown, brush } = lampFound();
  keys.brush('b');
  expect(brush()).toBe('add');
  expect(store.getState().refer.closed, 'the section with its size is open').not.toContain('tools');
  keys.eraser('e');
  expect(brush()).toBe('erase');
  store.setState({ refer: { ...store.getState().refer, brush: 'off' }, task: 'depth' });
  keys.brush('b');
  expect(brush(), 'on another tab').toBe('off');
  store.setState({ task: 'refer', masks: { a: changeMask(shown, 'lamp', { hidden: true }) } });
  keys.brush('b');
  expect(brush(), 'the mask is hidden').toBe('off');
  store.setState({ masks: {} });
  keys.eraser('e');
  expect(brush(), 'without a mask').toBe('off');
});

test('Escape leaves the tool of the open tab, and reports whether there was one', () => {
  const { store, keys, brush, ...page } = lampFound();
  const leave = () => leaveTool({ ...page, store });
  keys.brush('b');
  const { depth } = store.getState();
  store.setState({ depth: { ...depth, measuring: true } });
  expect(leave()).toBe(true);
  expect(brush()).toBe('off');
  expect(store.getState().depth.measuring).toBe(true);
  expect(leave()).toBe(false);
  store.setState({ task: 'depth' });
  expect(leave()).toBe(true);
  expect(store.getState().depth.measuring).toBe(false);
  expect(leave()).toBe(false);
});

test('a slash goes to the prompt, whichever tab is open', () => {
  const { store, keys } = lampFound();
  const select = vi.fn();
  vi.stubGlobal('document', { querySelector: () => ({ select }) });
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => run());
  store.setState({ task: 'segment' });
  keys.prompt('/');
  expect(store.getState().task).toBe('refer');
  expect(select).toHaveBeenCalledOnce();
});
