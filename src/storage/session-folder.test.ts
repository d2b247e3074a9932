import { expect, test } from 'vitest';
import { memoryFolder } from './memory-folder.ts';
import type { KeptResult } from './result-file.ts';
import { readResult } from './result-file.ts';
import { clearSession, readSession, writeSession } from './session-folder.ts';
import type { SessionRecord } from './session-record.ts';
import { parseSnapshot, SNAPSHOT_VERSION } from './snapshot.ts';

function record(names: readonly string[], results: readonly string[] = []): SessionRecord {
  return {
    snapshot: parseSnapshot(
      {
        version: SNAPSHOT_VERSION,
        photos: names.map((name) => ({ id: name, name: `${name}.png`, source: 'user' })),
        selected: names[0],
        task: 'depth',
        masks: {},
        depth: {},
        refer: {},
        segment: {},
        stage: {},
      },
      'the test',
    ),
    photos: names.map((name) => ({
      photo: name,
      file: `photo-${name}`,
      type: 'image/png',
      width: 4,
      height: 3,
      thumbnail: undefined,
    })),
    results: results.map((name) => ({ key: `a|${name}|`, file: `result-${name}`, pack: 'abc' })),
  };
}
const photo = (name: string) => ({ name: `photo-${name}`, content: new Blob([`bytes of ${name}`]) });
const depth: KeptResult = {
  task: 'depth',
  result: { width: 2, height: 1, metres: Float32Array.of(1, 2), min: 1, max: 2, timings: [] },
};

test('photos, choices and results come back; what was removed is gone from the disk', async () => {
  const folder = memoryFolder();
  expect(await readSession(folder)).toBeUndefined();
  await writeSession(folder, record(['a', 'b'], ['depth']), [
    photo('a'),
    photo('b'),
    { name: 'result-depth', content: depth },
  ]);
  expect(await readSession(folder)).toEqual(record(['a', 'b'], ['depth']));
  expect(await folder.files.get('photo-b')?.text()).toBe('bytes of b');
  expect(await readResult(folder.files.get('result-depth') ?? new Blob())).toEqual(depth);

  await writeSession(folder, record(['b']), []);
  expect([...folder.files.keys()].sort()).toEqual(['a.json', 'b.json', 'photo-b']);
  await clearSession(folder);
  expect(folder.files.size).toBe(0);
});

test('no space for a photo is one sentence, and the session before is whole', async () => {
  const folder = memoryFolder();
  await writeSession(folder, record(['a']), [photo('a')]);
  folder.tear(3);
  await expect(writeSession(folder, record(['a', 'b']), [photo('b')])).rejects.toThrow(
    'The browser has no space left to keep this session, so newer changes would be lost with the page; remove photos or free some disk space.',
  );
  expect(await readSession(folder)).toEqual(record(['a']));
  expect([...folder.files.keys()].sort()).toEqual(['a.json', 'photo-a']);
});

test('no space for a result: it is left out, the rest is kept', async () => {
  const folder = memoryFolder();
  folder.tear(10);
  const written = await writeSession(folder, record([], ['depth']), [{ name: 'result-depth', content: depth }]);
  expect(written.results).toEqual([]);
  expect(await readSession(folder)).toEqual(record([]));
  expect([...folder.files.keys()]).toEqual(['a.json']);
});

test('another version is refused with a sentence, not guessed at', async () => {
  const folder = memoryFolder();
  const now = record(['a']);
  const newer = { ...now, snapshot: { ...now.snapshot, version: 9 } };
  await writeSession(folder, Object.assign({}, now, newer), [photo('a')]);
  await expect(readSession(folder)).rejects.toThrow(
    'The session kept from an earlier visit holds a session of version 9 and this page reads 1.',
  );
});

test('a photo whose file is gone is left out', async () => {
  const folder = memoryFolder();
  await writeSession(folder, record(['a', 'b']), [photo('a'), photo('b')]);
  folder.files.delete('photo-a');
  expect((await readSession(folder))?.photos.map(({ photo }) => photo)).toEqual(['b']);
});
