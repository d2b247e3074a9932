/** All tabs share one list of recent prompts. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { promptKey } from '../results/selectors.ts';
import { mask, testBench } from '../testing/bench.ts';
import { followRecent, loadRecent } from './recent.ts';

let items: Map<string, string>;
let tabs: EventTarget[];

/** Opens the page in another tab. */
function openTab() {
  const tab = new EventTarget();
  tabs.push(tab);
  const bench = testBench({ recent: loadRecent() });
  vi.stubGlobal('window', tab);
  followRecent(bench.store);
  return {
    find(prompt: string) {
      bench.results.set(promptKey(bench.store.getState(), prompt), { task: 'refer', result: mask() });
      by(tab, () => bench.session.find(prompt));
    },
    forget: () => by(tab, () => bench.session.forgetRecent()),
    shown: () => bench.store.getState().recent,
  };
}

/** Does something in one tab, and fires the storage event in the others. */
function by(tab: EventTarget, work: () => void): void {
  work();
  const event = Object.assign(new Event('storage'), { key: 'recent-prompts' });
  for (const other of tabs) if (other !== tab) other.dispatchEvent(event);
}

beforeEach(() => {
  items = new Map();
  tabs = [];
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

test('prompts are added and deleted in all tabs', () => {
  const [one, two] = [openTab(), openTab()];
  one.find('the red chair');
  two.find('a lamp');
  expect([one.shown(), two.shown(), loadRecent()]).toEqual(Array(3).fill(['a lamp', 'the red chair']));
  one.forget();
  expect([two.shown(), loadRecent()]).toEqual([[], []]);
  two.find('the door');
  expect([one.shown(), two.shown(), loadRecent()]).toEqual(Array(3).fill(['the door']));
});

test('a tab that missed the event extends the stored list', () => {
  const [one, two] = [openTab(), openTab()];
  two.find('the red chair');
  tabs = [];
  one.forget();
  two.find('a lamp');
  expect([two.shown(), loadRecent()]).toEqual([['a lamp'], ['a lamp']]);
});

test('if nothing can be stored, the list lasts as long as the page', () => {
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => JSON.parse('no room') });
  const tab = openTab();
  tab.find('the red chair');
  tab.find('a lamp');
  expect(tab.shown()).toEqual(['a lamp', 'the red chair']);
});
