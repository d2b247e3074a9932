/** Dropped files and those of folders are distributed by their content, and only then by their name. */
import { expect, test } from 'vitest';
import { settle, testBench } from '../testing/bench.ts';
import { openDrop, receiveDrop, receivePicked } from './dropped.ts';

type Destination = 'shelf' | 'strip' | 'conversion';

const zip = Uint8Array.from([0x50, 0x4b, 3, 4]);
const header = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
const safetensors = new Blob([Uint8Array.of(header.length, 0, 0, 0, 0, 0, 0, 0), header, new Uint8Array(4)]);
const picture = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const file = (name: string, content: BlobPart = picture) => new File([content], name);

/** Returns a session that records the files that it receives. */
function recordingSession() {
  const got: [Destination, string][] = [];
  const note = (to: Destination, files: readonly File[]) => void got.push([to, files.map(({ name }) => name).join()]);
  const { session, store } = testBench();
  const made: typeof session = {
    ...session,
    shelf: (use) =>
      use(Object.assign(Object.create(null), { importFiles: (files: readonly File[]) => note('shelf', files) })),
    addFiles: (files) => note('strip', files),
    convert: (use) =>
      use(
        Object.assign(Object.create(null), {
          add: (given: readonly { readonly file: File }[]) =>
            note(
              'conversion',
              given.map((each) => each.file),
            ),
        }),
      ),
  };
  return { got, session: made, store };
}

test.each<[what: string, files: readonly File[], expected: readonly [Destination, string][]]>([
  ['nothing', [], []],
  ['a photo', [file('a.png')], [['strip', 'a.png']]],
  ['a report', [file('room.html', '<!doctype html>')], [['strip', 'room.html']]],
  ['a file of an unknown kind', [file('notes.txt', 'x')], [['strip', 'notes.txt']]],
  ['weights by their content, whatever their name', [file('a.bin', safetensors)], [['conversion', 'a.bin']]],
  ['weights of PyTorch', [file('vpd_depth.pth', zip)], [['conversion', 'vpd_depth.pth']]],
  ['a pack as a ZIP', [file('pack.zip', zip)], [['shelf', 'pack.zip']]],
  [
    'the files of a pack’s folder',
    [file('config.json', '{}'), file('model.safetensors', safetensors)],
    [['shelf', 'config.json,model.safetensors']],
  ],
  [
    'the files of a pack’s folder and a photo',
    [file('config.json', '{}'), file('a.png'), file('model.safetensors', safetensors)],
    [
      ['shelf', 'config.json,model.safetensors'],
      ['strip', 'a.png'],
    ],
  ],
  [
    'photos and weights together',
    [file('a.png'), file('vpd_depth.pth', zip), file('b.png'), file('sd.safetensors', safetensors)],
    [
      ['conversion', 'vpd_depth.pth,sd.safetensors'],
      ['strip', 'a.png,b.png'],
    ],
  ],
])('%s', async (_what, files, expected) => {
  const { got, session, store } = recordingSession();
  await receiveDrop({ files: files.map((each) => ({ file: each })), folders: [] }, { session, store });
  expect(got).toEqual(expected);
});

test('a file that cannot be read goes to the strip, which reports it', async () => {
  const { got, session, store } = recordingSession();
  const gone = file('gone.png');
  gone.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('was deleted')) });
  await receiveDrop({ files: [{ file: gone }], folders: [] }, { session, store });
  expect(got).toEqual([['strip', 'gone.png']]);
});

test('photos are added to the strip of a real session', async () => {
  const { session, store } = testBench();
  await receiveDrop({ files: [{ file: file('a.png') }], folders: [] }, { session, store });
  await settle();
  expect(store.getState().photos.map(({ name }) => name)).toEqual(['a.png']);
});

/** A folder of the newer API. */
const folderHandle = (name: string, children: readonly unknown[]): FileSystemDirectoryHandle =>
  Object.assign(Object.create(null), {
    kind: 'directory',
    name,
    async *values() {
      yield* children;
    },
  });
const fileHandle = (given: File) => ({ kind: 'file', name: given.name, getFile: async () => given });

/** A folder of the older API, whose readers return two entries at a time. */
const folderEntry = (name: string, children: readonly unknown[]) => ({
  isDirectory: true,
  isFile: false,
  name,
  createReader() {
    let at = 0;
    return {
      readEntries(done: (some: readonly unknown[]) => void) {
        at += 2;
        done(children.slice(at - 2, at));
      },
    };
  },
});
const fileEntry = (given: File) => ({
  isDirectory: false,
  isFile: true,
  name: given.name,
  file: (done: (file: File) => void) => done(given),
});

const transfer = (items: readonly unknown[]): DataTransfer => Object.assign(Object.create(null), { items });
const item = (kind: string, given: File | null, entry: unknown = null, more: object = {}) => ({
  kind,
  getAsFile: () => given,
  webkitGetAsEntry: () => entry,
  ...more,
});

test('files have handles if the browser provides them; folders have a handle or an entry, and text is left out', async () => {
  const [one, two, three, four] = ['1', '2', '3', '4'].map((name) => file(name));
  const handle = one && fileHandle(one);
  const folder = folderHandle('new', []);
  const entry = folderEntry('old', []);
  const items = [
    item('file', one ?? null, null, { getAsFileSystemHandle: async () => handle }),
    item('file', two ?? null),
    item('string', three ?? null),
    item('file', null),
    item('file', three ?? null, entry, { getAsFileSystemHandle: async () => folder }),
    item('file', three ?? null, entry),
    item('file', four ?? null, null, { getAsFileSystemHandle: () => Promise.reject(new Error('not allowed')) }),
  ];
  expect(await openDrop(transfer(items))).toEqual({
    files: [{ file: one, handle }, { file: two }, { file: four }],
    folders: [folder, entry],
  });
  expect(await openDrop(null)).toEqual({ files: [], folders: [] });
});

const children = (
  asFile: (given: File) => unknown,
  asFolder: (name: string, children: readonly unknown[]) => unknown,
) => [
  ...['b 10.png', 'b 2.png', '.DS_Store', 'notes.txt', 'Thumbs.db'].map((name) =>
    asFile(name === 'notes.txt' ? file(name, 'x') : file(name)),
  ),
  asFolder('again', [asFile(file('c.png'))]),
  asFolder('.git', [asFile(file('d.png'))]),
];

test.each([
  ['a handle', folderHandle('holiday', children(fileHandle, folderHandle)), undefined],
  ['an entry', undefined, folderEntry('holiday', children(fileEntry, folderEntry))],
])('a dropped folder, as %s: its photos in their order; all else is named', async (_what, handle, entry) => {
  const { got, session, store } = recordingSession();
  const more = handle ? { getAsFileSystemHandle: async () => handle } : {};
  await receiveDrop(await openDrop(transfer([item('file', file('holiday'), entry, more)])), { session, store });
  expect(got).toEqual([['strip', 'c.png,b 2.png,b 10.png']]);
  expect(store.getState().leftOut).toBe(
    'Left out: notes.txt (no photo that this page reads); .DS_Store, .git, Thumbs.db (hidden or system files).',
  );
  expect(store.getState().busy).toBeUndefined();
});

test('files and folders that are dropped together are both opened; a folder with nothing in it says so', async () => {
  const { got, session, store } = recordingSession();
  const items = [item('file', file('a.png')), item('file', null, folderEntry('more', [fileEntry(file('b.png'))]))];
  await receiveDrop(await openDrop(transfer(items)), { session, store });
  expect(got, 'at once').toEqual([['strip', 'a.png,b.png']]);
  expect(store.getState().leftOut).toBeUndefined();
  await receiveDrop(await openDrop(transfer([item('file', null, folderEntry('empty', []))])), { session, store });
  expect(store.getState().leftOut).toBe('There is no photo and no model in this folder.');
  const empty = ['one', 'two'].map((name) => item('file', null, folderEntry(name, [])));
  await receiveDrop(await openDrop(transfer(empty)), { session, store });
  expect(store.getState().leftOut).toBe('There is no photo and no model in these folders.');
});

const config = '{ "schema": 2, "format": "vpd-pack" }';

/** A file as the browser's picker for folders returns it. */
const picked = (path: string, content?: BlobPart) =>
  Object.defineProperty(file(path.slice(path.lastIndexOf('/') + 1), content), 'webkitRelativePath', { value: path });

test.each<
  [what: string, files: readonly File[], expected: readonly [Destination, string][], leftOut: string | undefined]
>([
  [
    'photos, and a file in a hidden folder',
    [picked('a/2.png'), picked('a/1.png'), picked('a/.thumbs/1.png')],
    [['strip', '1.png,2.png']],
    'Left out: .thumbs (hidden or system files).',
  ],
  [
    'a pack, and other files beside it',
    [
      ...[picked('a/config.json', config), picked('a/model.safetensors', safetensors), picked('a/README.md', '#')],
      ...[picked('a/picture.png'), picked('a/clip.mov', 'x')],
    ],
    [
      ['shelf', 'config.json,model.safetensors,README.md'],
      ['strip', 'picture.png'],
    ],
    'Left out: clip.mov (no photo that this page reads).',
  ],
  [
    'a model in another layout, whose parts have settings, too',
    ['unet', 'vae'].flatMap((part) => [
      picked(`a/${part}/config.json`, '{ "_class_name": "x" }'),
      picked(`a/${part}/${part}.safetensors`, safetensors),
    ]),
    [['conversion', 'unet.safetensors,vae.safetensors']],
    'Left out: config.json (no photo that this page reads).',
  ],
  [
    'a pack in a folder with photos',
    [picked('a/p/config.json', config), picked('a/p/m.safetensors', safetensors), picked('a/1.png')],
    [
      ['shelf', 'config.json,m.safetensors'],
      ['strip', '1.png'],
    ],
    undefined,
  ],
  [
    'two packs, of which neither is opened',
    ['p', 'q'].flatMap((name) => [
      picked(`a/${name}/config.json`, config),
      picked(`a/${name}/m.safetensors`, safetensors),
    ]),
    [],
    'Left out: a/p, a/q (several models: add one at a time).',
  ],
  [
    'settings without weights are no pack',
    [picked('a/config.json', '{}'), picked('a/1.png')],
    [['strip', '1.png']],
    'Left out: config.json (no photo that this page reads).',
  ],
  ['a checkpoint alone', [picked('a/vpd_depth.pth', zip)], [['conversion', 'vpd_depth.pth']], undefined],
  [
    'a checkpoint beside photos',
    [picked('a/vpd_depth.pth', zip), picked('a/1.png')],
    [['strip', '1.png']],
    'Left out: vpd_depth.pth (no photo that this page reads).',
  ],
  [
    'many files that are no photos',
    ['1.mov', '2.mov', '3.mov', '4.heic', '5.html'].map((name) => picked(`a/${name}`, 'x')),
    [],
    'There is no photo and no model in this folder. Left out: 1.mov, 2.mov, 3.mov and 2 more (no photo that this page reads).',
  ],
])('a picked folder with %s', async (_what, files, expected, leftOut) => {
  const { got, session, store } = recordingSession();
  await receivePicked(files, { session, store });
  expect(got).toEqual(expected);
  expect(store.getState().leftOut).toBe(leftOut);
});
