import { expect, test } from 'vitest';
import type { VpdError } from '../errors.ts';
import type { DecodedImage } from '../image/formats/decode-web.ts';
import { createPixels } from './pixels.ts';

const FILE = new Blob(['pixels']);
const moment = () => new Promise((resolve) => setTimeout(resolve));
const problem = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'It succeeded.',
    ({ code, message }: VpdError) => `${code}: ${message}`,
  );

/**
 * Photos whose files are decoded when the test says so. A photo's width is the length of its file's name.
 * @param bytes claimed size of the pixels of each photo
 */
function start(bytes?: number) {
  const decoding: string[] = [];
  const shown: string[] = [];
  const ends = new Map<string, { readonly done: () => void; readonly fail: (error: Error) => void }>();
  const photos = createPixels(
    (_, name) =>
      new Promise<DecodedImage>((resolve, reject) => {
        decoding.push(name);
        const data = new Uint8Array(3 * name.length);
        if (bytes !== undefined) Object.defineProperty(data, 'length', { value: bytes });
        const image = { width: name.length, height: 1, data };
        const header = { format: 'png', width: name.length, height: 1 } as const;
        ends.set(name, {
          done: () => resolve(Object.assign(Object.create(null), { image, header, notes: [] })),
          fail: reject,
        });
      }),
  );
  const add = (photo: string, signal?: AbortSignal) =>
    photos.add(photo, `${photo}.png`, FILE, async () => shown.push(photo), signal);
  const end = (photo: string) => ends.get(`${photo}.png`)?.done();
  const fail = (photo: string) => ends.get(`${photo}.png`)?.fail(new Error('no image'));
  return { photos, add, end, fail, decoding, shown };
}

test('two photos are decoded at a time, in order, and each is shown before the next one starts', async () => {
  const { add, end, decoding, shown } = start();
  const all = Promise.all(['a', 'b', 'c', 'd'].map((photo) => add(photo)));
  await moment();
  expect(decoding).toEqual(['a.png', 'b.png']);
  end('a');
  await moment();
  expect([decoding.at(-1), shown]).toEqual(['c.png', ['a']]);
  for (const photo of ['b', 'c', 'd']) {
    end(photo);
    await moment();
  }
  await all;
  expect(shown).toEqual(['a', 'b', 'c', 'd']);
});

test('a photo that is removed or whose call is cancelled while it waits is never decoded', async () => {
  const { photos, add, end, decoding, shown } = start();
  const stop = new AbortController();
  const first = [add('a'), add('b')];
  const forgotten = problem(add('c'));
  const cancelled = problem(add('d', stop.signal));
  const last = add('e');
  await moment();
  photos.forget('c');
  photos.forget('b');
  stop.abort();
  const removed = problem(first[1] ?? Promise.resolve());
  end('a');
  end('b');
  await moment();
  end('e');
  await last;
  expect(await forgotten).toBe('cancelled: The photo c.png was removed.');
  expect(await removed, 'while it was decoded').toBe('cancelled: The photo b.png was removed.');
  expect(await cancelled).toBe('cancelled: Cancelled.');
  expect([decoding, shown]).toEqual([
    ['a.png', 'b.png', 'e.png'],
    ['a', 'e'],
  ]);
  expect(await problem(photos.get('d'))).toBe('bad-request: There is no photo “d” here; add it first.');
});

test('a run does not wait in the queue for its photo, which is decoded once', async () => {
  const { photos, add, end, decoding } = start();
  const added = ['a', 'b', 'c'].map((photo) => add(photo));
  await moment();
  const got = photos.get('c');
  const alsoGot = photos.get('c');
  await moment();
  expect(decoding).toEqual(['a.png', 'b.png', 'c.png']);
  for (const photo of ['a', 'b', 'c']) end(photo);
  await Promise.all(added);
  expect((await got).width).toBe(5);
  expect(await alsoGot).toBe(await got);
  expect(decoding).toHaveLength(3);
});

test('a photo that cannot be decoded is not kept, and the next one starts', async () => {
  const { photos, add, end, fail, decoding } = start();
  const bad = problem(add('bad'));
  const others = [add('a'), add('b')];
  await moment();
  fail('bad');
  await moment();
  expect(decoding.at(-1)).toBe('b.png');
  end('a');
  end('b');
  await Promise.all(others);
  expect(await bad).toMatch(/no image$/);
  expect(await problem(photos.get('bad'))).toBe('bad-request: There is no photo “bad” here; add it first.');
});

test('a photo that is added again has its new pixels, also if the older ones are decoded later', async () => {
  const { photos, end, fail } = start();
  const show = async ({ image }: DecodedImage) => image.width;
  const add = (name: string) => photos.add('a', `${name}.png`, FILE, show);
  const first = add('one');
  await moment();
  end('one');
  expect(await first).toBe(7);
  const older = problem(add('older'));
  const broken = problem(add('broken'));
  await moment();
  const newest = add('newest');
  fail('broken');
  await moment();
  end('newest');
  expect(await newest).toBe(10);
  end('older');
  expect(await older).toBe('cancelled: The photo older.png was removed.');
  expect(await broken).toMatch(/no image$/);
  expect((await photos.get('a')).width).toBe(10);
});

test('beyond 512 MB of pixels, the photo that was used least recently is decoded again when it is needed', async () => {
  const { photos, add, end, fail, decoding } = start(250 * 2 ** 20);
  for (const photo of ['a', 'b', 'c']) {
    const added = add(photo);
    await moment();
    end(photo);
    await added;
  }
  await photos.get('b');
  expect(decoding.splice(0)).toEqual(['a.png', 'b.png', 'c.png']);
  const failed = problem(photos.get('a'));
  await moment();
  fail('a');
  expect(await failed).toMatch(/no image$/);
  const again = photos.get('a');
  await moment();
  end('a');
  expect((await again).width).toBe(5);
  expect(decoding).toEqual(['a.png', 'a.png']);
});
