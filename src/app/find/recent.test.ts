/** The list of recent prompts is one for all tabs. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { testBench } from '../testing/bench.ts';
import { followRecent, loadRecent } from './recent.ts';

let items: Map<string, string>;
let tabs: EventTarget[];

/** Opens the page in another tab, which from then on is the one that is used. */
function openTab() {
  const tab = new EventTarget();
  tabs.push(tab);
  const bench = testBench({ recent: loadRecent() });
  vi.stubGlobal('window', tab);
  followRecent(bench.store);
  return {
    find: (prompt: string) => by(tab, () => bench.session.find(prompt)),
    forget: () => by(tab, () => bench.session.forgetRecent()),
    shown: () => bench.store.getState().recent,
  };
}

/** Does something in one tab; the others hear of it, as browsers tell them. */
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

test('what one tab forgets no other brings back, and what one looks for all list', () => {
  const [one, two] = [openTab(), openTab()];
  one.find('the red chair');
  two.find('a lamp');
  expect([one.shown(), two.shown(), loadRecent()]).toEqual(Array(3).fill(['a lamp', 'the red chair']));
  one.forget();
  expect([two.shown(), loadRecent()]).toEqual([[], []]);
  two.find('the door');
  expect([one.shown(), two.shown(), loadRecent()]).toEqual(Array(3).fill(['the door']));
});

test('a tab that has not heard of it extends the list as it is stored', () => {
  const [one, two] = [openTab(), openTab()];
  two.find('the red chair');
  tabs = [];
  one.forget();
  two.find('a lamp');
  expect([two.shown(), loadRecent()]).toEqual([['a lamp'], ['a lamp']]);
});

test('where nothing can be stored, the list lasts as long as the page', () => {
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => JSON.parse('no room') });
  const tab = openTab();
  tab.find('the red chair');
  tab.find('a lamp');
  expect(tab.shown()).toEqual(['a lamp', 'the red chair']);
});
