import { expect, test } from 'vitest';
import { type Handlers, keyCaps, runShortcut, SHORTCUTS } from './shortcuts.ts';

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

test('a character is the same with Shift or caps lock, as layouts differ', () => {
  let opened = 0;
  const handlers = { sheet: () => opened++ };
  runShortcut('page', { ...plain, key: '?', shiftKey: true }, handlers);
  runShortcut('page', { ...plain, key: '?' }, handlers);
  expect(opened).toBe(2);
});

test('no key has two meanings within a scope, nor on the whole page', () => {
  const chords = (scope: keyof typeof SHORTCUTS) => SHORTCUTS[scope].flatMap((row): readonly string[] => row.keys);
  for (const set of [
    [...chords('page'), ...chords('view'), ...chords('brush'), ...chords('masks')],
    chords('stage'),
    chords('compare'),
    chords('tabs'),
    chords('strip'),
  ])
    expect(new Set(set).size).toBe(set.length);
});

test('keys as they are printed', () => {
  expect(keyCaps(['Shift+ArrowLeft', 'Shift+ArrowRight'])).toEqual(['Shift', '←', '→']);
  expect(keyCaps(['Mod+Shift+z', 'Mod+y'])).toEqual(['Ctrl', 'Shift', 'Z']);
  expect(keyCaps(['+', '='])).toEqual(['+']);
  expect(keyCaps(['p'])).toEqual(['P']);
  expect(keyCaps(['PageDown', 'Home'])).toEqual(['Page ↓', 'Home']);
});
