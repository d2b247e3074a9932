import { expect, test } from 'vitest';
import { MAX_PHOTOS } from '../../storage/session/snapshot.ts';
import { walkFolders } from './folders.ts';
import { leftOutWords } from './open-folders.ts';

const fileHandle = (name: string, getFile = async () => new File(['x'], name)) => ({ kind: 'file', name, getFile });
const folder = (name: string, children: readonly unknown[], broken = false): FileSystemDirectoryHandle =>
  Object.assign(Object.create(null), {
    kind: 'directory',
    name,
    async *values() {
      yield* children;
      if (broken) throw new Error('not allowed');
    },
  });
const refused = () => Promise.reject(new Error('not allowed'));

test('files have the path of their folder; what cannot be opened is named, and the rest is found', async () => {
  const inner = folder('day 1', [fileHandle('b.png')]);
  const walked = await walkFolders([
    folder('holiday', [inner, fileHandle('a.png'), fileHandle('locked.png', refused), folder('private', [], true)]),
  ]);
  expect(walked.files.map(({ file, folder: path }) => `${path}: ${file.name}`)).toEqual([
    'holiday: a.png',
    'holiday/day 1: b.png',
  ]);
  expect(walked).toMatchObject({ hidden: [], unreadable: ['locked.png', 'private'], complete: true });
});

test('a walk ends at its limit on files and folders', async () => {
  const deep = folder('a', [fileHandle('1.png'), fileHandle('2.png'), fileHandle('3.png')]);
  expect(await walkFolders([deep], 4)).toMatchObject({ files: { length: 3 }, complete: true });
  expect(await walkFolders([deep], 3)).toMatchObject({ files: { length: 2 }, complete: false });
});

test('photos beyond the room of a session, and files beyond the limit, are counted', () => {
  const walked = { hidden: [], unreadable: ['x.png'], complete: false };
  const photos = ['1.png', '2.png', '3.png'].map((name) => new File(['x'], name));
  const sorted = { packs: [], photos, weights: [], others: [] };
  expect(leftOutWords(walked, sorted, 2, 1)).toBe(
    `Left out: x.png (cannot be opened); 1 photo (a session has room for ${MAX_PHOTOS}); everything after the first 20000 files.`,
  );
  expect(leftOutWords({ ...walked, unreadable: [], complete: true }, sorted, 3, 1)).toBeUndefined();
});
