import { afterEach, expect, test, vi } from 'vitest';
import { type AppState, createAppStore, type PhotoItem } from './store.ts';
import { pack } from './testing/bench.ts';
import { photo } from './testing/photo.ts';
import { readUrl, requestedTask, syncUrl, writeUrl } from './url.ts';

const NOTHING = {
  locked: undefined,
  zeroShot: false,
  truth: false,
  sample: undefined,
  pack: undefined,
  side: undefined,
  beside: undefined,
  besideSide: undefined,
};

/** Returns the query and the hash of an address. */
function at(text: string) {
  const { search, hash } = new URL(text, 'http://host/page/');
  return { search, hash };
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('valid values are read, others are ignored', () => {
  expect(readUrl(at('?backend=wasm&float=f32&capture=on&task=refer&sample=a#prompt=%20red%20box'))).toEqual({
    backend: 'wasm',
    float: 'f32',
    capture: 'on',
    task: 'refer',
    prompt: 'red box',
    locked: undefined,
    zeroShot: false,
    truth: false,
    sample: 'a',
    pack: undefined,
    side: undefined,
    beside: undefined,
    besideSide: undefined,
  });
  expect(readUrl(at('?backend=cuda&float=f8&task=__proto__&side=-1&besideSide=1e999#prompt='))).toEqual({
    backend: undefined,
    float: undefined,
    capture: undefined,
    task: undefined,
    prompt: undefined,
    locked: undefined,
    zeroShot: false,
    truth: false,
    sample: undefined,
    pack: undefined,
    side: undefined,
    beside: undefined,
    besideSide: undefined,
  });
});

test('reading a written address gives the same state, and unknown parameters stay', () => {
  const address = writeUrl(at('?backend=wasm&x=1#y=2&prompt=old'), {
    task: 'refer',
    prompt: 'a & b',
    locked: 'word:1',
    zeroShot: true,
    truth: true,
    sample: 'room 1',
    pack: 'id',
    side: 256,
    beside: 'embedded',
    besideSide: 192,
  });
  expect(readUrl(at(address))).toMatchObject({
    backend: 'wasm',
    task: 'refer',
    prompt: 'a & b',
    locked: 'word:1',
    zeroShot: true,
    truth: true,
    sample: 'room 1',
    pack: 'id',
    side: 256,
    beside: 'embedded',
    besideSide: 192,
  });
  expect(at(address)).toMatchObject({ search: expect.stringContaining('x=1'), hash: '#y=2&prompt=a+%26+b&word=1' });
  const nothing = { ...NOTHING, task: 'depth', prompt: '' } as const;
  expect(writeUrl(at('?side=256&besideSide=192#prompt=old'), nothing)).toBe('');
  expect(writeUrl(at('#top'), nothing)).toBe('#top');
});

test('the key of a word or a token is beside the prompt, and without a prompt nowhere', () => {
  const hash = (locked: string | undefined, prompt: string, before = '') =>
    at(writeUrl(at(before), { ...NOTHING, task: 'refer', prompt, locked, zeroShot: true }));
  for (const locked of ['word:0', 'token:5', 'padding', undefined])
    expect(readUrl(hash(locked, 'box')), locked).toMatchObject({ locked, zeroShot: true });
  expect(hash('token:5', 'box').hash).toBe('#prompt=box&token=5');
  expect(hash('word:0', 'box', '#prompt=box&token=5').hash).toBe('#prompt=box&word=0');
  expect(hash('word:0', '', '?zeroShot=on#prompt=box&word=0')).toEqual({ search: '?task=refer', hash: '' });
  for (const wrong of ['#word=-1', '#word=x', '#token=start', '#word='])
    expect(readUrl(at(wrong)).locked, wrong).toBeUndefined();
  expect(hash('word:2', 'a b', '#prompt=a%20b&word=2').hash, 'its spelling stays').toBe('#prompt=a%20b&word=2');
});

test('the prompt is moved from the query, where earlier versions have it, to the hash, which no host receives', () => {
  const old = at('?prompt=the+red+chair');
  expect(readUrl(old).prompt).toBe('the red chair');
  expect(readUrl(at('?prompt=the+red+chair#prompt=a+lamp')).prompt).toBe('a lamp');
  const address = writeUrl(old, { ...NOTHING, task: 'refer', prompt: 'the red chair' });
  expect(address).toBe('?task=refer#prompt=the+red+chair');
});

test('an address with a prompt names the task; a prompt alone requests Find', () => {
  const address = (task: 'depth' | 'refer', prompt: string) => writeUrl(at(''), { ...NOTHING, task, prompt });
  for (const task of ['depth', 'refer'] as const) expect(requestedTask(readUrl(at(address(task, 'box'))))).toBe(task);
  expect(address('depth', '')).toBe('');
  expect(requestedTask(readUrl(at('#prompt=box')))).toBe('refer');
  expect(requestedTask(readUrl(at('')))).toBe('depth');
});

/** Opens a page at an address, with a fake history. */
function openPage(text = '') {
  const page = new EventTarget();
  const location = { pathname: '/', ...at(text) };
  const entries: unknown[] = [null];
  const go = (address: string) => Object.assign(location, at(address));
  const document = { title: 'Site' };
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', document);
  vi.stubGlobal('location', location);
  vi.stubGlobal('history', {
    get state() {
      return entries.at(-1);
    },
    pushState(entry: unknown, _: string, address: string) {
      entries.push(entry);
      go(address);
    },
    replaceState(entry: unknown, _: string, address: string) {
      entries.splice(-1, 1, entry);
      go(address);
    },
  });
  return {
    entries,
    address: () => location.search + location.hash,
    title: () => document.title,
    /** Does what the browser does on Back, and, without a state, on an address whose hash was changed by hand. */
    show(address: string, state: unknown = null) {
      go(address);
      page.dispatchEvent(Object.assign(new Event('popstate'), { state }));
    },
  };
}

test('an address of an earlier version is rewritten; a typed hash is applied like Back', () => {
  const page = openPage('?prompt=box');
  const store = createAppStore({ task: 'refer', prompt: 'box', draft: 'box' });
  syncUrl(store, () => {});
  expect(page.address()).toBe('?task=refer#prompt=box');
  page.show('?task=refer#prompt=a%20lamp');
  expect(store.getState()).toMatchObject({ task: 'refer', prompt: 'a lamp', draft: 'a lamp' });
});

test('Back to another prompt resets word selections', () => {
  const page = openPage('?task=refer#prompt=red+box');
  const store = createAppStore({ task: 'refer', prompt: 'red box' });
  syncUrl(store, () => {});
  const chosen = { ...store.getState().refer, without: [1], locked: 'word:0', ranking: true };
  store.setState({ refer: chosen });
  page.show('?task=depth#prompt=red+box&word=0');
  expect(store.getState()).toMatchObject({ task: 'depth', refer: chosen });
  page.show('?task=refer#prompt=door');
  expect(store.getState().refer).toEqual({ ...chosen, without: [], locked: undefined, ranking: false });
});

test.each([
  ['that is the current prompt', 'red box ', 'door'],
  ['that is empty', ' ', 'door'],
  ['that was not run', 'the lamp on', 'the lamp on'],
])('Back to another prompt, with a draft %s', (_, draft, then) => {
  const page = openPage('?task=refer#prompt=red+box');
  const promptError = 'It is too long.';
  const store = createAppStore({ task: 'refer', prompt: 'red box', draft, promptError });
  syncUrl(store, () => {});
  page.show('?task=depth#prompt=red+box');
  expect(store.getState(), 'the same prompt').toMatchObject({ task: 'depth', prompt: 'red box', draft, promptError });
  page.show('?task=refer#prompt=door');
  expect(store.getState()).toMatchObject({ prompt: 'door', draft: then });
  expect(store.getState().promptError).toBe(then === draft ? promptError : undefined);
});

const READY: AppState['engine'] = {
  phase: 'ready',
  device: { backend: 'wasm', reason: 'r', threads: 1, limits: {} },
  pack: { ...pack, tasks: ['depth'] },
  runtime: [],
  timings: [],
  source: { url: 'http://host/models/tiny/' },
  from: 'network',
};

test('an ended comparison is removed from the address, also after the engine failed', () => {
  const page = openPage('?beside=gone-0123456789ab&besideSide=192');
  const store = createAppStore();
  syncUrl(store, () => {});
  expect(page.address(), 'no model is open yet').toBe('?beside=gone-0123456789ab&besideSide=192');
  store.setState({ engine: READY });
  const engine = { phase: 'failed', message: '' } as const;
  const how = { longSide: 192 };
  store.setState({ secondModel: { source: { stored: 'gone-0123456789ab' }, how, engine, run: undefined } });
  expect(page.address()).toBe('?beside=gone-0123456789ab&besideSide=192');
  store.setState({ secondModel: undefined });
  expect(page.address()).toBe('');
  store.setState({ engine });
  expect(page.address()).toBe('');
});

test('after clearing, Back restores no prompt; a typed address sets one', () => {
  const tab = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => tab.get(key) ?? null,
    setItem: (key: string, value: string) => void tab.set(key, value),
  });
  const page = openPage('?task=refer#prompt=sofa');
  const store = createAppStore({ task: 'refer', prompt: 'sofa', draft: 'sofa' });
  syncUrl(store, () => {});
  const [entry] = page.entries;
  page.show('?task=refer#prompt=sofa', entry);
  expect(store.getState()).toMatchObject({ task: 'refer', prompt: 'sofa' });
  store.setState({ task: 'depth', prompt: '', draft: '', cleared: 1 });
  page.show('?task=refer#prompt=sofa', entry);
  expect(store.getState()).toMatchObject({ task: 'refer', prompt: '', draft: '' });
  expect(page.address()).toBe('?task=refer');
  page.show('?task=refer#prompt=a%20lamp');
  expect(store.getState()).toMatchObject({ prompt: 'a lamp' });

  const reloaded = createAppStore();
  syncUrl(reloaded, () => {});
  page.show('?task=refer#prompt=sofa', entry);
  expect(reloaded.getState()).toMatchObject({ task: 'refer', prompt: '' });
});

test('Back selects a user’s photo of this load only, since ids differ after a reload', () => {
  const page = openPage();
  const photos = [photo('photo-1'), photo('photo-2')];
  const load = (time: number) => {
    vi.stubGlobal('performance', { timeOrigin: time });
    const store = createAppStore({ photos, selected: 'photo-1' });
    syncUrl(store, (selected) => store.setState({ selected }));
    return store;
  };
  const back = (state: unknown) => page.show('', state);

  const first = load(1);
  const [entry] = page.entries;
  first.setState({ selected: 'photo-2' });
  back(entry);
  expect(first.getState().selected).toBe('photo-1');

  const second = load(2);
  second.setState({ selected: 'photo-2' });
  back(entry);
  expect(second.getState().selected).toBe('photo-2');
});

test('without a photo, an address that asks for none keeps asking for none', () => {
  vi.useFakeTimers();
  const page = openPage('?sample=none');
  const store = createAppStore({});
  syncUrl(store, () => {});
  expect(page.address()).toBe('?sample=none');
  store.setState({ task: 'segment' });
  vi.runAllTimers();
  expect(page.address()).toBe('?sample=none&task=segment');
});

test('the title names the photo, the task and the prompt, once their entry is the current one', () => {
  vi.useFakeTimers();
  const page = openPage();
  const room: PhotoItem = { ...photo('photo-1'), name: 'room.png' };
  const store = createAppStore({ photos: [room] });
  syncUrl(store, (selected) => store.setState({ selected }));
  expect(page.title()).toBe('Site');
  store.setState({ selected: 'photo-1' });
  store.setState({ task: 'refer', prompt: 'a lamp' });
  expect(page.title(), 'the entry that is left keeps its title').toBe('Site');
  vi.runAllTimers();
  expect(page.title()).toBe('Your photo · Find · a lamp – Site');
  store.setState({ task: 'segment' });
  vi.runAllTimers();
  expect(page.title()).toBe('Your photo · Classes – Site');
  page.show('?task=refer&sample=none#prompt=a+lamp', page.entries.at(-2));
  expect(page.title()).toBe('Your photo · Find · a lamp – Site');
  store.setState({ photos: [{ ...room, name: 'Lamps', source: 'sample' }], task: 'depth' });
  vi.runAllTimers();
  expect(page.title()).toBe('Lamps · Depth – Site');
});

test('word, zero-shot and truth change the current entry; Back applies those of its entry', () => {
  vi.useFakeTimers();
  const page = openPage('?task=refer#prompt=red+box');
  const store = createAppStore({ task: 'refer', prompt: 'red box' });
  syncUrl(store, () => {});
  const set = (change: Partial<AppState['refer']>) =>
    store.setState({ refer: { ...store.getState().refer, ...change } });
  set({ locked: 'word:1' });
  set({ zeroShot: true });
  store.setState({ truth: true });
  expect(page.address()).toBe('?task=refer&zeroShot=on&truth=on#prompt=red+box&word=1');
  expect(page.entries).toHaveLength(1);
  set({ hovered: 'word:0' });
  // As when another prompt is run.
  store.setState({ prompt: 'a lamp', refer: { ...store.getState().refer, locked: undefined } });
  vi.runAllTimers();
  expect(page.entries).toHaveLength(2);
  expect(page.address()).toBe('?task=refer&zeroShot=on&truth=on#prompt=a+lamp');
  set({ without: [1] });
  page.show('?task=refer#prompt=a+lamp&word=0');
  expect(store.getState()).toMatchObject({ truth: false, refer: { zeroShot: false, locked: 'word:0', without: [] } });
});
