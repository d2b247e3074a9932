/** Dropped files are distributed by their content, and only then by their name. */
import { afterEach, expect, test, vi } from 'vitest';
import { settle, testBench } from '../testing/bench.ts';
import { filesOfDrop, receiveFiles } from './dropped.ts';

type Destination = 'shelf' | 'strip' | 'conversion';

const zip = Uint8Array.from([0x50, 0x4b, 3, 4]);
const header = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
const safetensors = new Blob([Uint8Array.of(header.length, 0, 0, 0, 0, 0, 0, 0), header, new Uint8Array(4)]);
const picture = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
const file = (name: string, content: BlobPart = picture) => new File([content], name);

/** Returns a session that records the files that it receives. */
function recordingSession() {
  const got: [Destination, string][] = [];
  const note = (to: Destination, files: readonly File[]) => void got.push([to, files.map(({ name }) => name).join()]);
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
    'photos and weights together',
    [file('a.png'), file('vpd_depth.pth', zip), file('b.png'), file('sd.safetensors', safetensors)],
    [
      ['strip', 'a.png,b.png'],
      ['conversion', 'vpd_depth.pth,sd.safetensors'],
    ],
  ],
])('%s', async (_what, files, expected) => {
  const { got, session } = recordingSession();
  await receiveFiles(
    files.map((each) => ({ file: each })),
    session,
  );
  expect(got).toEqual(expected);
});

test('a file that cannot be read goes to the strip, which reports it', async () => {
  const { got, session } = recordingSession();
  const folder = file('a folder');
  folder.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error('is a directory')) });
  await receiveFiles([{ file: folder }], session);
  expect(got).toEqual([['strip', 'a folder']]);
});

test('photos are added to the strip of a real session', async () => {
  const { session, store } = testBench();
  await receiveFiles([{ file: file('a.png') }], session);
  await settle();
  expect(store.getState().photos.map(({ name }) => name)).toEqual(['a.png']);
});

afterEach(() => vi.unstubAllGlobals());

test('files have handles if the browser provides them; text and folders without a file are left out', async () => {
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
