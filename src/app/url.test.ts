import { afterEach, expect, test, vi } from 'vitest';
import { createAppStore, type PhotoItem } from './store.ts';
import { askedTask, readUrl, syncUrl, writeUrl } from './url.ts';

const NOTHING = { sample: undefined, pack: undefined, side: undefined, beside: undefined, besideSide: undefined };

afterEach(() => vi.unstubAllGlobals());

test('known values are read, others are ignored', () => {
  expect(readUrl('?backend=wasm&float=f32&capture=on&task=refer&prompt=%20red%20box&sample=a')).toEqual({
    backend: 'wasm',
    float: 'f32',
    capture: 'on',
    task: 'refer',
    prompt: 'red box',
    sample: 'a',
    pack: undefined,
    side: undefined,
    beside: undefined,
    besideSide: undefined,
  });
  expect(readUrl('?backend=cuda&float=f8&task=__proto__&prompt=&side=-1&besideSide=1e999')).toEqual({
    backend: undefined,
    float: undefined,
    capture: undefined,
    task: undefined,
    prompt: undefined,
    sample: undefined,
    pack: undefined,
    side: undefined,
    beside: undefined,
    besideSide: undefined,
  });
});

test('an address shows the same again and keeps what is not ours', () => {
  const search = writeUrl('?backend=wasm&x=1&prompt=old', {
    task: 'refer',
    prompt: 'a & b',
    sample: 'room 1',
    pack: 'id',
    side: 256,
    beside: 'embedded',
    besideSide: 192,
  });
  expect(readUrl(search)).toMatchObject({
    backend: 'wasm',
    task: 'refer',
    prompt: 'a & b',
    sample: 'room 1',
    pack: 'id',
    side: 256,
    beside: 'embedded',
    besideSide: 192,
  });
  expect(search).toContain('x=1');
  expect(writeUrl('?prompt=old&side=256&besideSide=192', { ...NOTHING, task: 'depth', prompt: '' })).toBe('');
});

test('the task that a prompt stands beside is in the address; a prompt alone is looked for', () => {
  const search = (task: 'depth' | 'refer', prompt: string) => writeUrl('', { ...NOTHING, task, prompt });
  for (const task of ['depth', 'refer'] as const) expect(askedTask(readUrl(search(task, 'box')))).toBe(task);
  expect(search('depth', '')).toBe('');
  expect(askedTask(readUrl('?prompt=box'))).toBe('refer');
  expect(askedTask(readUrl(''))).toBe('depth');
});

test('Back shows a user’s photo of this load; after a reload its id means another photo', () => {
  const page = new EventTarget();
  const entries: unknown[] = [null];
  vi.stubGlobal('window', page);
  vi.stubGlobal('location', { search: '', pathname: '/', hash: '' });
  vi.stubGlobal('history', {
    get state() {
      return entries.at(-1);
    },
    pushState: (entry: unknown) => void entries.push(entry),
    replaceState: (entry: unknown) => void entries.splice(-1, 1, entry),
  });
  const photo = (id: string): PhotoItem => ({
    id,
    name: `${id}.png`,
    source: 'user',
    state: 'ready',
    url: undefined,
    width: 4,
    height: 3,
    prompts: [],
  });
  const photos = [photo('photo-1'), photo('photo-2')];
  const load = (at: number) => {
    vi.stubGlobal('performance', { timeOrigin: at });
    const store = createAppStore({ photos, selected: 'photo-1' });
    syncUrl(store, (selected) => store.setState({ selected }));
    return store;
  };
  const back = (state: unknown) => page.dispatchEvent(Object.assign(new Event('popstate'), { state }));

  const first = load(1);
  const [entry] = entries;
  first.setState({ selected: 'photo-2' });
  back(entry);
  expect(first.getState().selected).toBe('photo-1');

  const second = load(2);
  second.setState({ selected: 'photo-2' });
  back(entry);
  expect(second.getState().selected).toBe('photo-2');
});
