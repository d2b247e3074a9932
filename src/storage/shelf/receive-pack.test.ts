import { expect, test } from 'vitest';
import { TINY } from '../../engine/testing/tiny-model.ts';
import { toVpdError } from '../../errors.ts';
import { PACK_SCHEMA, type PackConfig } from '../../weights/pack/pack-config.ts';
import { createSha256 } from '../../weights/sha256.ts';
import type { SyncFolder } from '../files/sync-folder.ts';
import { type Incoming, receivePack } from './receive-pack.ts';

const sha256 = (bytes: Uint8Array): string => {
  const hash = createSha256();
  hash.update(bytes);
  return hash.hex();
};
const FILES = new Map([
  ['model.safetensors', Uint8Array.from({ length: 300_000 }, (_, i) => (i * 2654435761) >>> 24)],
  ['README.md', new TextEncoder().encode('# A pack')],
]);
const CONFIG: PackConfig = {
  ...TINY,
  schema: PACK_SCHEMA,
  format: 'vpd-pack',
  weights: 'q8',
  folded: { timestep: 1, batchNorm: true },
  files: Object.fromEntries([...FILES].map(([name, bytes]) => [name, { bytes: bytes.length, sha256: sha256(bytes) }])),
  provenance: {},
  licence: 'MIT',
};

/** A folder in memory that holds at most `room` bytes. */
function memory(room = Number.POSITIVE_INFINITY) {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const open = new Set<string>();
  const folder: SyncFolder = {
    open: async (name) => {
      open.add(name);
      let bytes = files.get(name) ?? new Uint8Array(0);
      const put = (next: Uint8Array<ArrayBuffer>) => {
        bytes = next;
        files.set(name, next);
      };
      return {
        read(into, { at }) {
          const part = bytes.subarray(at, at + into.length);
          into.set(part);
          return part.length;
        },
        write(chunk, { at }) {
          const others = [...files].reduce((sum, [each, { length }]) => sum + (each === name ? 0 : length), 0);
          const part = chunk.subarray(0, Math.max(0, room - others - at));
          const next = new Uint8Array(Math.max(bytes.length, at + part.length));
          next.set(bytes);
          next.set(part, at);
          put(next);
          return part.length;
        },
        getSize: () => bytes.length,
        truncate: (size) => put(bytes.slice(0, size)),
        flush: () => undefined,
        close: () => void open.delete(name),
      };
    },
  };
  return { files, folder, open };
}

/** Yields the files in chunks of 10,000 bytes and records the requests; may serve other bytes, or end or fail after byte `after`. */
function source(change: Partial<{ after: number; fail: Error; bytes: ReadonlyMap<string, Uint8Array> }> = {}) {
  const requests: string[] = [];
  const incoming: Incoming = {
    async *read(name, start) {
      requests.push(`${name} ${start}`);
      const bytes = (change.bytes ?? FILES).get(name) ?? new Uint8Array(0);
      for (let at = start; at < bytes.length; at += 10_000) {
        if (change.after !== undefined && at >= change.after) {
          if (change.fail) throw change.fail;
          return;
        }
        yield bytes.slice(at, at + 10_000);
      }
    },
  };
  return { requests, incoming };
}

async function problem(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (thrown) {
    const { code, message } = toVpdError(thrown);
    return `${code}: ${message}`;
  }
  return 'It succeeded.';
}

test('every file is received and checked; progress grows to the total', async () => {
  const { files, folder } = memory();
  const seen: number[] = [];
  await receivePack(folder, CONFIG, source().incoming, { onProgress: ({ done }) => seen.push(done) });
  for (const [name, bytes] of FILES) expect(Buffer.compare(files.get(name) ?? new Uint8Array(0), bytes)).toBe(0);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBe(300_008);
});

test('a disk that is full only when the bytes are flushed is named as such', async () => {
  const { folder } = memory();
  const full: SyncFolder = {
    ...folder,
    async open(name) {
      const file = await folder.open(name);
      return {
        ...file,
        flush() {
          throw new DOMException('No room.', 'QuotaExceededError');
        },
      };
    },
  };
  expect(await problem(receivePack(full, CONFIG, source().incoming))).toMatch(/^storage: /);
});

test('bytes of an earlier attempt are kept, and only the rest is requested', async () => {
  const { folder, files } = memory();
  const lost = source({ after: 120_000, fail: new Error('the connection broke') });
  expect(await problem(receivePack(folder, CONFIG, lost.incoming))).toBe('internal: the connection broke');
  const rest = source();
  const checking: number[] = [];
  await receivePack(folder, CONFIG, rest.incoming, {
    onProgress: (progress) => progress.checking && checking.push(progress.done),
  });
  expect(rest.requests).toEqual(['model.safetensors 120000', 'README.md 0']);
  expect(checking).toEqual([120_000]);
  expect(sha256(files.get('model.safetensors') ?? new Uint8Array(0))).toBe(CONFIG.files['model.safetensors']?.sha256);
  const nothing = source();
  await receivePack(folder, CONFIG, nothing.incoming);
  expect(nothing.requests).toEqual([]);
});

test('wrong bytes are deleted and reported, and the next attempt starts from zero', async () => {
  const { folder, files } = memory();
  const bytes = new Map(FILES);
  const wrong = FILES.get('model.safetensors')?.slice() ?? new Uint8Array(0);
  wrong[200_000] = (wrong[200_000] ?? 0) ^ 1;
  bytes.set('model.safetensors', wrong);
  expect(await problem(receivePack(folder, CONFIG, source({ bytes }).incoming))).toBe(
    `bad-file: model.safetensors has sha256 ${sha256(wrong)} and config.json says ${CONFIG.files['model.safetensors']?.sha256}: it was damaged on its way or is of another pack. Get it again.`,
  );
  expect(files.get('model.safetensors')).toHaveLength(0);
  bytes.set('model.safetensors', new Uint8Array(300_001));
  expect(await problem(receivePack(folder, CONFIG, source({ bytes }).incoming))).toBe(
    'bad-file: model.safetensors is longer than the 300000 bytes that config.json says; the pack’s files do not belong together.',
  );
  expect(await problem(receivePack(folder, CONFIG, source({ after: 50_000 }).incoming))).toBe(
    'bad-file: model.safetensors has 50000 bytes and config.json says 300000: it is truncated or of another pack.',
  );
});

test('a full disk and a cancel keep the bytes received', async () => {
  const full = memory(60_000);
  expect(await problem(receivePack(full.folder, CONFIG, source().incoming))).toBe(
    'storage: There is no room left for model.safetensors: this page’s share of the disk is used up. Delete a model that you no longer need, or free disk space, and continue.',
  );
  expect(full.files.get('model.safetensors')).toHaveLength(60_000);
  const { folder, files } = memory();
  const stop = new AbortController();
  const { incoming } = source();
  const receiving = receivePack(folder, CONFIG, incoming, {
    signal: stop.signal,
    onProgress: ({ done }) => done >= 100_000 && stop.abort(),
  });
  expect(await problem(receiving)).toBe('cancelled: Cancelled.');
  expect(files.get('model.safetensors')).toHaveLength(100_000);
});

test('a file of an earlier attempt that is too long is received again', async () => {
  const { folder, files } = memory();
  files.set('README.md', new TextEncoder().encode('# A pack and more'));
  const { requests, incoming } = source();
  await receivePack(folder, CONFIG, incoming);
  expect(requests).toEqual(['model.safetensors 0', 'README.md 0']);
  expect(new TextDecoder().decode(files.get('README.md'))).toBe('# A pack');
});

test('a cancel is noticed while the bytes of an earlier attempt are checked, and every file is closed', async () => {
  const { folder, open } = memory();
  await receivePack(folder, CONFIG, source().incoming);
  const again = source();
  const cancelled = receivePack(folder, CONFIG, again.incoming, { signal: AbortSignal.abort() });
  expect(await problem(cancelled)).toMatch(/^cancelled: /);
  expect([again.requests, [...open]]).toEqual([[], []]);
});
