/** What is restored after a reload does not replace what was chosen while the disk was being read. */
import { beforeEach, expect, test } from 'vitest';
import type { SessionRecord } from '../../storage/session/record.ts';
import { memoryFolder } from '../../storage/testing/memory-folder.ts';
import { createMedia } from '../photos/media.ts';
import { createResults } from '../results/results.ts';
import { createSession, type Session } from '../session.ts';
import { type AppState, type AppStore, createAppStore } from '../store.ts';
import { createLedger } from './ledger.ts';
import { type AddressRequest, restoreSession } from './restore.ts';
import { takeSnapshot } from './snapshot.ts';

let store: AppStore;
let session: Session;
let record: SessionRecord;

function open(start: Partial<AppState> = {}): void {
  store = createAppStore(start);
  session = createSession({
    store,
    results: createResults(),
    media: createMedia(),
    makeEngine: () => new Promise(() => {}),
    pack: { url: 'http://host/models/tiny/' },
    makeThumbnail: async () => 'blob:thumbnail',
    makeBitmap: async () => Object.assign(Object.create(null), { width: 4, height: 3, close() {} }),
    fetchFile: async () => new Blob(['x']),
  });
}

const drop = (name: string): void => session.addFiles([new File([Uint8Array.of(1)], name, { type: 'image/png' })]);
const shown = () => {
  const { photos, selected, task, prompt, draft } = store.getState();
  return { photo: photos.find(({ id }) => id === selected)?.name, task, prompt, draft };
};
const restore = (requested: AddressRequest = {}): Promise<void> =>
  restoreSession({ store, session }, memoryFolder(), createLedger(), record, requested);

beforeEach(() => {
  open();
  drop('kept.png');
  store.setState({ task: 'refer', prompt: 'the door', draft: 'the door' });
  const [photo] = store.getState().photos;
  record = {
    snapshot: takeSnapshot(store.getState()),
    photos: [{ photo: photo?.id ?? '', file: 'a', type: 'image/png', width: 4, height: 3, thumbnail: undefined }],
    results: [],
  };
  open();
});

test('photo, task and prompt are restored', async () => {
  await restore();
  expect(shown()).toEqual({ photo: 'kept.png', task: 'refer', prompt: 'the door', draft: 'the door' });
});

test('the prompt of the address takes precedence', async () => {
  open({ task: 'refer', prompt: 'a lamp', draft: 'a lamp' });
  await restore({ prompt: 'a lamp' });
  expect(shown()).toEqual({ photo: 'kept.png', task: 'refer', prompt: 'a lamp', draft: 'a lamp' });
});

test('a photo added before stays selected', async () => {
  drop('new.png');
  await restore();
  expect(shown()).toMatchObject({ photo: 'new.png', prompt: 'the door' });
  expect(store.getState().photos.map(({ name }) => name)).toContain('kept.png');
});

test('a photo, a task and a prompt chosen while the disk is read stay', async () => {
  const restored = restore({ task: 'depth' });
  drop('new.png');
  session.setTask('refer');
  session.find('the box');
  await restored;
  expect(shown()).toEqual({ photo: 'new.png', task: 'refer', prompt: 'the box', draft: 'the box' });
});

test('a draft typed while the disk is read stays in the box', async () => {
  const restored = restore();
  session.setDraft('the bo');
  await restored;
  expect(shown()).toMatchObject({ photo: 'kept.png', prompt: '', draft: 'the bo' });
});

test('if the address has the saved prompt, the saved draft stays; the task is that of the address', async () => {
  record = { ...record, snapshot: { ...record.snapshot, task: 'depth', draft: 'the door on the left' } };
  const requested = { task: 'depth', prompt: 'the door' } as const;
  open({ ...requested, draft: 'the door' });
  await restore(requested);
  expect(shown()).toEqual({ photo: 'kept.png', task: 'depth', prompt: 'the door', draft: 'the door on the left' });
});

test('word selections are not restored for another prompt', async () => {
  const chosen = { without: [1], locked: 'word:0', ranking: true };
  const nothing = { without: [], locked: undefined, ranking: false };
  const { snapshot } = record;
  record = { ...record, snapshot: { ...snapshot, refer: { ...snapshot.refer, ...chosen } } };
  open();
  await restore();
  expect(store.getState().refer).toMatchObject(chosen);

  open({ task: 'refer', prompt: 'a lamp', draft: 'a lamp' });
  await restore({ prompt: 'a lamp' });
  expect(store.getState().refer, 'prompt of the address').toMatchObject(nothing);

  open();
  const restored = restore();
  session.find('the box');
  await restored;
  expect(store.getState().refer, 'prompt chosen meanwhile').toMatchObject(nothing);
});

test('word and class selections are not restored for another photo', async () => {
  const { snapshot } = record;
  const refer = { ...snapshot.refer, without: [1] };
  record = { ...record, snapshot: { ...snapshot, refer, segment: { ...snapshot.segment, without: 3 } } };
  drop('new.png');
  await restore();
  const state = store.getState();
  expect(state).toMatchObject({ prompt: 'the door', refer: { without: [] }, segment: { without: undefined } });
});

test('an address with a prompt says whether its masks are zero-shot; without one, the saved choice stays', async () => {
  const { snapshot } = record;
  const kept = async (zeroShot: boolean, requested: AddressRequest): Promise<boolean> => {
    record = { ...record, snapshot: { ...snapshot, refer: { ...snapshot.refer, zeroShot } } };
    open();
    await restore(requested);
    return store.getState().refer.zeroShot;
  };
  expect(await kept(true, { zeroShot: false })).toBe(true);
  expect(await kept(true, { prompt: 'the door', zeroShot: false })).toBe(false);
  expect(await kept(false, { prompt: 'the door', zeroShot: true })).toBe(true);
});
