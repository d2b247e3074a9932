/** Many errors at once: one notice per drop, a limit, and all dismissed together. */
import { beforeEach, expect, test } from 'vitest';
import { VpdError } from '../../errors.ts';
import { png, settle, testBench } from '../testing/bench.ts';

let bench: ReturnType<typeof testBench>;
const messages = () => bench.store.getState().notices.map(({ message }) => message);

/** Drops files and refuses those whose names end in `.txt`. */
async function drop(names: readonly string[]): Promise<void> {
  bench.session.addFiles(names.map(png));
  await settle();
  for (const { method, params, answer, fail } of [...bench.calls]) {
    if (method !== 'addPhoto') continue;
    const { name, photo } = Object(params);
    if (!names.includes(name)) continue;
    if (name.endsWith('.txt')) fail(new VpdError('bad-image', `${name} is not an image.`));
    else answer({ photo, width: 4, height: 3, bitmap: { close() {} } });
  }
  await settle();
}

beforeEach(async () => {
  bench = testBench();
  await bench.open();
});

test('files of one drop that are no photos give one notice, with each file among its details', async () => {
  await drop(['a.txt', 'b.txt', 'c.png', 'd.txt', 'e.txt']);
  expect(messages(), 'the first is reported at once').toEqual(['a.txt is not an image.']);
  await expect.poll(messages).toEqual(['4 of 5 files could not be opened: a.txt, b.txt, d.txt and 1 more.']);
  expect(bench.store.getState().notices[0]?.files).toEqual(
    ['a', 'b', 'd', 'e'].map((name) => `${name}.txt is not an image.`),
  );
  await drop(['f.txt', 'g.txt']);
  await expect.poll(() => messages()[1]).toBe('None of 2 files could be opened: f.txt, g.txt.');
  expect(messages()).toHaveLength(2);
});

test('a single file, or one bad file among others, is reported with its own sentence', async () => {
  await drop(['a.txt']);
  await drop(['b.png', 'c.txt']);
  expect(messages()).toEqual(['a.txt is not an image.', 'c.txt is not an image.']);
  expect(bench.store.getState().notices.map(({ files }) => files)).toEqual([[], []]);
});

test('a photo that was opened and later cannot be opened again is reported alone', async () => {
  const [lost, other] = ['a.png', 'b.png'];
  await drop([lost, other, 'c.txt']);
  await expect.poll(messages).toEqual(['c.txt is not an image.']);
  bench.session.dismissAll();
  const photo = bench.store.getState().photos.find(({ name }) => name === lost);
  bench.store.setState(({ photos }) => ({
    photos: photos.map((each) => (each === photo ? { ...each, state: 'idle' } : each)),
  }));
  bench.session.select(photo?.id ?? '');
  await settle();
  await bench.fail('addPhoto', new VpdError('missing', 'a.png is gone.'));
  expect(messages()).toEqual(['a.png is gone.']);
});

test('all messages are dismissed at once, with the note about what was left out', () => {
  bench.store.setState({ leftOut: 'Left out: notes.txt (no photo that this page reads).' });
  bench.session.dismissAll();
  expect(bench.store.getState().leftOut).toBeUndefined();
});

test('there are at most eight notices; all are dismissed at once', () => {
  for (let at = 1; at <= 10; at++) bench.session.showError(new VpdError('internal', `Error ${at}.`));
  expect(messages()).toEqual([3, 4, 5, 6, 7, 8, 9, 10].map((at) => `Error ${at}.`));
  bench.session.showError(new VpdError('internal', 'Error 4.'));
  expect(messages().at(-1), 'the same message replaces the older one').toBe('Error 4.');
  expect(messages()).toHaveLength(8);
  bench.session.dismissAll();
  expect(messages()).toEqual([]);
});
