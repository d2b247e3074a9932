import { expect, test } from 'vitest';
import { rangeBlob } from '../../weights/range-blob.ts';
import { memoryFolder } from '../testing/memory-folder.ts';
import { readRecord, writeRecord } from './slots.ts';

test('the newest record is read, and each write keeps the previous one', async () => {
  const folder = memoryFolder();
  expect(await readRecord(folder)).toBeUndefined();
  for (const text of ['one', 'two', 'three']) {
    await writeRecord(folder, text);
    expect(await readRecord(folder)).toBe(text);
  }
  expect([...folder.files.keys()].sort()).toEqual(['a.json', 'b.json']);
});

test.each([0, 5, 40, 80, 90])('a write that fails after %i bytes leaves the previous record', async (bytes) => {
  const folder = memoryFolder();
  await writeRecord(folder, 'the first session');
  await writeRecord(folder, 'the second session');
  folder.tear(bytes);
  await expect(writeRecord(folder, 'the third session')).rejects.toThrow();
  expect(await readRecord(folder)).toBe('the second session');
  await writeRecord(folder, 'the fourth session');
  expect(await readRecord(folder)).toBe('the fourth session');
});

test('a record that is too long is not read', async () => {
  const folder = memoryFolder();
  await writeRecord(folder, 'mine');
  await writeRecord(folder, 'yours');
  const unread = () => Promise.reject(new Error('It was read.'));
  folder.files.set('b.json', rangeBlob(2 ** 28 + 1, unread));
  expect(await readRecord(folder)).toBe('mine');
});

test('a record whose bytes were changed is not read; an error if there is no other', async () => {
  const folder = memoryFolder();
  await writeRecord(folder, 'mine');
  await writeRecord(folder, 'yours');
  folder.files.set('b.json', new Blob([(await folder.files.get('b.json')?.text())?.replace('yours', 'ours!') ?? '']));
  expect(await readRecord(folder)).toBe('mine');
  folder.files.set('a.json', new Blob(['{"format": "something else"}']));
  await expect(readRecord(folder)).rejects.toThrow(
    'The session kept from an earlier visit is damaged and was not restored; this visit starts a new session.',
  );
});
