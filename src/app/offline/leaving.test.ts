/** What a reload would lose, and when the browser asks before it. */
import { expect, test } from 'vitest';
import type { BatchState } from '../batch/state.ts';
import { WRITING_REPORT } from '../report/report.ts';
import { type AppState, createAppStore } from '../store.ts';
import { askBeforeLeaving, lostByReload } from './leaving.ts';

const batch: BatchState = {
  phase: 'running',
  job: { task: 'segment' },
  total: 2,
  finished: 0,
  current: undefined,
  progress: undefined,
  problems: [],
  written: 0,
  bytes: undefined,
  saved: false,
  message: undefined,
};

test('the browser asks while a batch runs or its ZIP is not saved, and while a report is written', () => {
  const store = createAppStore();
  const page = new EventTarget();
  askBeforeLeaving(store, page);
  const asks = () => !page.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  expect(asks()).toBe(false);
  store.setState({ batch });
  expect(asks()).toBe(true);
  store.setState({ batch: { ...batch, finished: 1 } });
  const done = { ...batch, phase: 'done', bytes: 9, written: 1 } as const;
  store.setState({ batch: done });
  expect(asks()).toBe(true);
  store.setState({ batch: { ...done, written: 0 } });
  expect(asks(), 'no photo has a result').toBe(false);
  const colours = { colormap: 'turbo', invert: true, range: { kind: 'whole' }, contour: 0 } as const;
  store.setState({ batch: { ...done, job: { task: 'session', colours } } });
  expect(asks(), 'nothing was computed for it').toBe(false);
  store.setState({ batch: { ...done, saved: true } });
  expect(asks()).toBe(false);
  store.setState({ busy: 'Opening room.html' });
  expect(asks(), 'nothing is lost').toBe(false);
  store.setState({ busy: WRITING_REPORT });
  expect(asks()).toBe(true);
  store.setState({ busy: undefined });
  expect(asks()).toBe(false);
});

test('the browser does not ask before a reload that was confirmed', () => {
  const store = createAppStore();
  const page = new EventTarget();
  const stopAsking = askBeforeLeaving(store, page);
  const asks = () => !page.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  store.setState({ batch });
  expect(asks()).toBe(true);
  stopAsking();
  expect(asks()).toBe(false);
  store.setState({ batch: undefined });
  store.setState({ batch });
  expect(asks(), 'work that begins before the page is gone').toBe(false);
});

test('the sentence names what is lost', () => {
  const says = (state: Parameters<typeof createAppStore>[0]) => lostByReload(createAppStore(state).getState());
  expect(says({})).toBeUndefined();
  expect(says({ batch })).toBe('A reload ends the running batch.');
  expect(says({ batch: { ...batch, phase: 'stopped', bytes: 9, written: 1 } })).toBe(
    'A reload loses the ZIP of the last batch, which is not saved.',
  );
  expect(says({ batch: { ...batch, phase: 'failed' } })).toBeUndefined();
  expect(says({ busy: WRITING_REPORT })).toBe('A reload ends the report that is being written.');
  const conversion = (paused: boolean) =>
    Object.assign(Object.create(null), { step: { kind: 'work', paused } }) satisfies AppState['conversion'];
  expect(says({ conversion: conversion(false) })).toBe(
    'A reload interrupts the running conversion, which can be continued afterwards.',
  );
  expect(says({ conversion: conversion(true) })).toBeUndefined();
});
