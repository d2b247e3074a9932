/** What a dropped file becomes: by what it holds, and only then by its name. */
import { afterEach, expect, test, vi } from 'vitest';
import { settle, testBench } from '../testing/bench.ts';
import { filesOfDrop, receiveFiles } from './dropped.ts';

type Whither = 'shelf' | 'strip' | 'conversion';

const zip = Uint8Array.from([0x50, 0x4b, 3, 4]);
const header = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
const safetensors = new Blob([Uint8Array.of(header.length, 0, 0, 0, 0, 0, 0, 0), header, new Uint8Array(4)]);
const picture = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
const file = (name: string, content: BlobPart = picture) => new File([content], name);

/** A session that notes what it is given. */
function listening() {
  const got: [Whither, string][] = [];
  const note = (to: Whither, files: readonly File[]) => void got.push([to, files.map(({ name }) => name).join()]);
  const { session } = testBench();
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
  return { got, session: made };
}

test.each<[what: string, files: readonly File[], expected: readonly [Whither, string][]]>([
  ['nothing', [], []],
  ['a photo', [file('a.png')], [['strip', 'a.png']]],
  ['a report', [file('room.html', '<!doctype html>')], [['strip', 'room.html']]],
  ['a file of no kind that is known', [file('notes.txt', 'x')], [['strip', 'notes.txt']]],
  ['weights by their content, whatever they are called', [file('a.bin', safetensors)], [['conversion', 'a.bin']]],
  ['weights of PyTorch', [file('vpd_depth.pth', zip)], [['conversion', 'vpd_depth.pth']]],
  ['a pack as a ZIP', [file('pack.zip', zip)], [['shelf', 'pack.zip']]],
  [
    'the files of a pack’s folder',
    [file('config.json', '{}'), file('model.safetensors', safetensors)],
    [['shelf', 'config.json,model.safetensors']],
  ],
  [
    'photos among weights: each to its own',
    [file('a.png'), file('vpd_depth.pth', zip), file('b.png'), file('sd.safetensors', safetensors)],
    [
      ['strip', 'a.png,b.png'],
      ['conversion', 'vpd_depth.pth,sd.safetensors'],
    ],
  ],
])('%s', async (_what, files, expected) => {
  const { got, session } = listening();
  await receiveFiles(
    files.map((each) => ({ file: each })),
    session,
  );
  expect(got).toEqual(expected);
});

test('what cannot be read goes to the strip, which says so', async () => {
  const { got, session } = listening();
  const folder = file('a folder');
  folder.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('is a directory')) });
  await receiveFiles([{ file: folder }], session);
  expect(got).toEqual([['strip', 'a folder']]);
});

test('photos come into the strip of a real session', async () => {
  const { session, store } = testBench();
  await receiveFiles([{ file: file('a.png') }], session);
  await settle();
  expect(store.getState().photos.map(({ name }) => name)).toEqual(['a.png']);
});

afterEach(() => vi.unstubAllGlobals());

test('files come with their handles where the browser gives them; text and folders without a file do not come', async () => {
  class FileSystemFileHandle {}
  vi.stubGlobal('FileSystemFileHandle', FileSystemFileHandle);
  const handle = new FileSystemFileHandle();
  const [one, two, three, four] = ['1', '2', '3', '4'].map((name) => file(name));
  const item = (kind: string, given: File | null | undefined, more: object = {}) => ({
    kind,
    getAsFile: () => given ?? null,
    ...more,
  });
  const items = [
    item('file', one, { getAsFileSystemHandle: async () => handle }),
    item('file', two),
    item('string', three),
    item('file', null),
    item('file', three, { getAsFileSystemHandle: async () => ({ kind: 'directory' }) }),
    item('file', four, { getAsFileSystemHandle: () => Promise.reject(new Error('not allowed')) }),
  ];
  expect(await filesOfDrop(Object.assign(Object.create(null), { items }))).toEqual([
    { file: one, handle },
    { file: two },
    { file: three },
    { file: four },
  ]);
  expect(await filesOfDrop(null)).toEqual([]);
});
