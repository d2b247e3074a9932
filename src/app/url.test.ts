import { expect, test } from 'vitest';
import { askedTask, readUrl, writeUrl } from './url.ts';

test('known values are read, others are ignored', () => {
  expect(readUrl('?backend=wasm&float=f32&capture=on&task=refer&prompt=%20red%20box&sample=a')).toEqual({
    backend: 'wasm',
    float: 'f32',
    capture: 'on',
    task: 'refer',
    prompt: 'red box',
    sample: 'a',
    pack: undefined,
    beside: undefined,
  });
  expect(readUrl('?backend=cuda&float=f8&task=__proto__&prompt=')).toEqual({
    backend: undefined,
    float: undefined,
    capture: undefined,
    task: undefined,
    prompt: undefined,
    sample: undefined,
    pack: undefined,
    beside: undefined,
  });
});

test('an address shows the same again and keeps what is not ours', () => {
  const search = writeUrl('?backend=wasm&x=1&prompt=old', {
    task: 'refer',
    prompt: 'a & b',
    sample: 'room 1',
    pack: 'id',
    beside: 'embedded',
  });
  expect(readUrl(search)).toMatchObject({
    backend: 'wasm',
    task: 'refer',
    prompt: 'a & b',
    sample: 'room 1',
    pack: 'id',
    beside: 'embedded',
  });
  expect(search).toContain('x=1');
  expect(
    writeUrl('?prompt=old', { task: 'depth', prompt: '', sample: undefined, pack: undefined, beside: undefined }),
  ).toBe('');
});

test('the task that a prompt stands beside is in the address; a prompt alone is looked for', () => {
  const search = (task: 'depth' | 'refer', prompt: string) =>
    writeUrl('', { task, prompt, sample: undefined, pack: undefined, beside: undefined });
  for (const task of ['depth', 'refer'] as const) expect(askedTask(readUrl(search(task, 'box')))).toBe(task);
  expect(search('depth', '')).toBe('');
  expect(askedTask(readUrl('?prompt=box'))).toBe('refer');
  expect(askedTask(readUrl(''))).toBe('depth');
});
