import { afterEach, expect, test, vi } from 'vitest';
import { GROUPS, type Handlers, keyCaps, runShortcut, SHORTCUTS, shortcutsOf } from './shortcuts.ts';

afterEach(() => vi.unstubAllGlobals());

const plain = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };

function stageHandlers(log: string[]): Handlers<'stage'> {
  return {
    step: (key) => log.push(`step ${key}`),
    pixel: (key) => log.push(`pixel ${key}`),
    pan: (key) => log.push(`pan ${key}`),
    mark: (key) => log.push(`mark ${key}`),
    erase: (key) => log.push(`erase ${key}`),
    hide: (key) => log.push(`hide ${key}`),
  };
}

test('modifiers choose the action, and the handler gets the bare key', () => {
  const log: string[] = [];
  const handlers = stageHandlers(log);
  expect(runShortcut('stage', { ...plain, key: 'ArrowUp' }, handlers)).toBe(true);
  expect(runShortcut('stage', { ...plain, key: 'ArrowUp', shiftKey: true }, handlers)).toBe(true);
  expect(runShortcut('stage', { ...plain, key: 'ArrowUp' }, handlers, true)).toBe(true);
  expect(runShortcut('stage', { ...plain, key: 'a' }, handlers)).toBe(false);
  for (const modifier of ['ctrlKey', 'altKey', 'metaKey'] as const)
    expect(runShortcut('stage', { ...plain, key: 'ArrowUp', [modifier]: true }, handlers)).toBe(false);
  expect(runShortcut('stage', { ...plain, key: 'Enter', altKey: true }, handlers)).toBe(true);
  expect(log).toEqual(['step ArrowUp', 'pixel ArrowUp', 'pan ArrowUp', 'erase Enter']);
});

test('commands are the same with Ctrl and with a Mac’s ⌘', () => {
  const log: string[] = [];
  const handlers = { undo: () => log.push('undo'), redo: () => log.push('redo') };
  for (const modifier of ['ctrlKey', 'metaKey'] as const) {
    expect(runShortcut('masks', { ...plain, key: 'z', [modifier]: true }, handlers)).toBe(true);
    expect(runShortcut('masks', { ...plain, key: 'Z', shiftKey: true, [modifier]: true }, handlers)).toBe(true);
    expect(runShortcut('masks', { ...plain, key: 'y', [modifier]: true }, handlers)).toBe(true);
  }
  expect(runShortcut('masks', { ...plain, key: 'z' }, handlers)).toBe(false);
  expect(runShortcut('masks', { ...plain, key: 'z', ctrlKey: true, altKey: true }, handlers)).toBe(false);
  expect(log).toEqual(['undo', 'redo', 'redo', 'undo', 'redo', 'redo']);
});

test('Shift and caps lock do not change what a character does, because layouts differ', () => {
  let opened = 0;
  const handlers = { sheet: () => opened++ };
  runShortcut('page', { ...plain, key: '?', shiftKey: true }, handlers);
  runShortcut('page', { ...plain, key: '?' }, handlers);
  expect(opened).toBe(2);
});

test('punctuation works with Alt, which some Mac layouts need for it; Alt with a letter or a digit is no shortcut', () => {
  const log: string[] = [];
  const brush = { smaller: () => log.push('smaller'), larger: () => log.push('larger') };
  const option = { ...plain, altKey: true };
  expect(runShortcut('brush', { ...option, key: '[' }, brush)).toBe(true);
  expect(runShortcut('brush', { ...option, key: ']', shiftKey: true }, brush)).toBe(true);
  expect(runShortcut('brush', { ...option, key: '[', ctrlKey: true }, brush)).toBe(false);
  expect(runShortcut('brush', { ...option, key: ']', metaKey: true }, brush)).toBe(false);
  expect(log).toEqual(['smaller', 'larger']);

  const act = () => log.push('view');
  const view: Handlers<'view'> = {
    zoomIn: act,
    zoomOut: act,
    fit: act,
    actualSize: act,
    layersAlone: act,
    half: act,
    photoAlone: act,
    photo: act,
    layers: act,
  };
  for (const key of ['p', 'P', 'l', '0', '1', '2', '3', '9'])
    expect(runShortcut('view', { ...option, key }, view), key).toBe(false);
});

test('no key has two meanings within a scope, nor on the whole page', () => {
  const chords = (scope: keyof typeof SHORTCUTS) => SHORTCUTS[scope].flatMap((row): readonly string[] => row.keys);
  for (const set of [
    // Without `work`, whose Escape is free only while no tool is in use (`leave`).
    [...(['page', 'view', 'photos', 'tools', 'leave', 'brush', 'masks'] as const).flatMap(chords)],
    chords('stage'),
    chords('compare'),
    chords('tabs'),
    chords('strip'),
    chords('mask'),
    chords('head'),
    chords('space'),
  ])
    expect(new Set(set).size).toBe(set.length);
});

test('keys are shown as they are printed', () => {
  expect(keyCaps(['Shift+ArrowLeft', 'Shift+ArrowRight'])).toEqual(['Shift', '←', '→']);
  vi.stubGlobal('navigator', { platform: 'Win32' });
  expect(keyCaps(['Mod+Shift+z', 'Mod+y'])).toEqual(['Ctrl', 'Shift', 'Z']);
  vi.stubGlobal('navigator', { platform: 'MacIntel' });
  expect(keyCaps(['Mod+Shift+z', 'Mod+y'])).toEqual(['⌘', 'Shift', 'Z']);
  expect(keyCaps(['+', '='])).toEqual(['+']);
  expect(keyCaps(['p'])).toEqual(['P']);
  expect(keyCaps(['PageDown', 'Home'])).toEqual(['Page ↓', 'Home']);
});

test('every scope is listed exactly once', () => {
  const listed = GROUPS.flatMap(({ scopes }): readonly string[] => scopes);
  expect([...listed].sort()).toEqual(Object.keys(SHORTCUTS).sort());
});

test('keys of the mask list and of the 3D view do what the sheet says', () => {
  const log: string[] = [];
  const recorder = (action: string) => (key: string) => log.push(`${action} ${key}`);
  const mask: Handlers<'mask'> = { go: recorder('go'), rename: recorder('rename'), remove: recorder('remove') };
  for (const key of ['F2', 'Delete', 'ArrowUp', 'ArrowDown'])
    expect(runShortcut('mask', { ...plain, key }, mask), key).toBe(true);
  expect(runShortcut('mask', { ...plain, key: 'Delete', ctrlKey: true }, mask)).toBe(false);
  const space: Handlers<'space'> = {
    turn: recorder('turn'),
    move: recorder('move'),
    closer: recorder('closer'),
    farther: recorder('farther'),
    reset: recorder('reset'),
    close: recorder('close'),
  };
  for (const key of ['ArrowLeft', '+', '-', 'r', 'Home', 'Escape'])
    expect(runShortcut('space', { ...plain, key }, space), key).toBe(true);
  expect(runShortcut('space', { ...plain, key: 'ArrowLeft', shiftKey: true }, space)).toBe(true);
  // Ctrl and minus is the browser's own zoom.
  expect(runShortcut('space', { ...plain, key: '-', ctrlKey: true }, space)).toBe(false);
  expect(log).toEqual([
    ...['rename F2', 'remove Delete', 'go ArrowUp', 'go ArrowDown'],
    ...['turn ArrowLeft', 'closer +', 'farther -', 'reset r', 'reset Home', 'close Escape', 'move ArrowLeft'],
  ]);
  expect(shortcutsOf('mask').flatMap(({ keys }) => keyCaps(keys))).toEqual(['↑', '↓', 'F2', 'Del']);
});
