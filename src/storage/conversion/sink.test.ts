import { expect, test } from 'vitest';
import { SMALL_HEADS, smallFixture } from '../../../fixtures/small.ts';
import { convert } from '../../convert/convert.ts';
import { planConversion } from '../../convert/plan.ts';
import { memorySink } from '../../weights/testing/memory-sink.ts';
import { TabKilled, tornFolder } from '../testing/torn-folder.ts';
import { LOG_FILE, openConversionSink, readMarks } from './sink.ts';

const plan = () => planConversion([smallFixture('refer'), smallFixture('sd')], SMALL_HEADS);
const OPTIONS = { weights: 'q8', maxShardBytes: 2_000_000 } as const;
/** Scaled to the small pack: about as many marks per file as a large pack has. */
const MARK_BYTES = 60_000;

/** xorshift32, so that every run fails at the same bytes. */
function random(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Files of an uninterrupted conversion, in hex. */
async function whole(): Promise<Map<string, string>> {
  const sink = memorySink();
  await convert(plan(), sink, OPTIONS);
  const files = new Map<string, string>();
  for (const [name, blob] of sink.files) files.set(name, hex(new Uint8Array(await blob.arrayBuffer())));
  return files;
}

function expectSame(torn: ReturnType<typeof tornFolder>, expected: Map<string, string>): void {
  const names = [...torn.files.keys()].filter((name) => name !== LOG_FILE);
  expect(names.sort()).toEqual([...expected.keys()].sort());
  for (const name of names)
    expect(hex(torn.files.get(name)?.bytes ?? new Uint8Array()) === expected.get(name), name).toBe(true);
}

test.each([
  ['killed', 1],
  ['without power, half of the unflushed bytes lost,', 0.5],
  ['without power, all unflushed bytes lost,', 0],
] as const)(
  '%s at ten random bytes, a conversion resumes and writes the same files',
  async (_, survives) => {
    const expected = await whole();
    const bytes = [...expected.values()].reduce((sum, text) => sum + text.length / 2, 0);
    const next = random(7 + Math.round(survives * 4));
    const torn = tornFolder();
    let restored = 0;
    for (let crash = 0; crash < 10; crash++) {
      torn.dieAfter(1 + Math.floor(next() * (bytes / 11)));
      const work = openConversionSink(torn.folder, { markBytes: MARK_BYTES }).then((sink) =>
        convert(plan(), sink, {
          ...OPTIONS,
          onProgress: ({ kept }) => {
            restored = kept;
          },
        }),
      );
      const ended: unknown = await work.catch((thrown: unknown) =>
        thrown instanceof Error && thrown.cause instanceof TabKilled ? thrown.cause : thrown,
      );
      expect(ended, 'the write was interrupted').toBeInstanceOf(TabKilled);
      torn.revive(survives);
    }
    expect(restored, 'each run resumes the previous one').toBeGreaterThan(bytes / 5);
    const sink = await openConversionSink(torn.folder, { markBytes: MARK_BYTES });
    await convert(plan(), sink, OPTIONS);
    sink.close();
    expectSame(torn, expected);
  },
  120_000,
);

test('bytes that changed on disk are detected by their hash and written again', async () => {
  const expected = await whole();
  const torn = tornFolder();
  const first = await openConversionSink(torn.folder, { markBytes: MARK_BYTES });
  await convert(plan(), first, OPTIONS);
  first.close();
  torn.revive();
  const shard = torn.files.get('model-00002-of-00004.safetensors');
  const at = 1_000_000;
  shard?.bytes.set([(shard.bytes[at] ?? 0) ^ 1], at);

  const again: { kept: number; done: number }[] = [];
  const second = await openConversionSink(torn.folder, { markBytes: MARK_BYTES });
  await convert(plan(), second, { ...OPTIONS, onProgress: (progress) => again.push(progress) });
  second.close();
  expectSame(torn, expected);
  // Everything before the flipped bit is kept, and every file after the one that contains it.
  expect(again[0]?.kept).toBeGreaterThan(2_000_000);
  expect(again.length).toBeGreaterThan(0);
});

test('a cancel keeps the bytes written so far; a file that is in use is refused with a message', async () => {
  const torn = tornFolder();
  const control = new AbortController();
  const sink = await openConversionSink(torn.folder, { markBytes: MARK_BYTES });
  const work = convert(plan(), sink, {
    ...OPTIONS,
    signal: control.signal,
    onProgress: ({ done }) => {
      if (done > 1_000_000) control.abort();
    },
  });
  await expect(work).rejects.toMatchObject({ code: 'cancelled' });
  await expect(openConversionSink(torn.folder)).rejects.toMatchObject({
    code: 'storage',
    message: `${LOG_FILE} is in use by another tab of this page. Close it there and try again.`,
  });
  sink.close();
  const kept = await (await openConversionSink(torn.folder)).createFile('model-00001-of-00004.safetensors');
  expect(kept.kept?.bytes).toBeGreaterThan(900_000);
});

test('bytes of an earlier run that are not in the log are cut off', async () => {
  const torn = tornFolder();
  for (const bytes of [9, 4]) {
    const sink = await openConversionSink(torn.folder);
    const file = await sink.createFile('README.md');
    await file.write(new Uint8Array(bytes).fill(bytes));
    await file.close();
    sink.close();
  }
  expect(torn.files.get('README.md')?.bytes).toEqual(Uint8Array.of(4, 4, 4, 4));
});

test('a full disk is reported in one sentence', async () => {
  const torn = tornFolder();
  const sink = await openConversionSink({
    open: async (name) => {
      const file = await torn.folder.open(name);
      let room = 100_000;
      return {
        ...file,
        write(bytes, place) {
          room -= bytes.length;
          if (room < 0) throw new DOMException('Quota.', 'QuotaExceededError');
          return file.write(bytes, place);
        },
      };
    },
  });
  await expect(convert(plan(), sink, OPTIONS)).rejects.toMatchObject({
    code: 'storage',
    message:
      'There is no room left for model-00001-of-00004.safetensors: this page’s share of the disk is used up. Delete a model that you no longer need, or free disk space, and continue.',
  });
});

test('a log is read up to its first invalid line', () => {
  const marks = [100, 200, 300].map((bytes) => ({ file: 'a', bytes, sha256: 'x' }));
  const [first = '', second = '', third = ''] = marks.map((mark) => `${JSON.stringify(mark)}\n`);
  const read = (text: string) => readMarks(new TextEncoder().encode(text));
  expect(read(first + second)).toEqual({ marks: marks.slice(0, 2), end: (first + second).length });
  const one = { marks: marks.slice(0, 1), end: first.length };
  expect(read(first + second.slice(0, -1)), 'no line feed').toEqual(one);
  expect(read(`${first}${second.slice(0, 9)}\n${third}`), 'not JSON').toEqual(one);
  expect(read(`${first}{"file": "a", "bytes": -1, "sha256": "x"}\n${third}`), 'not a mark').toEqual(one);
  expect(read('\0\0\0')).toEqual({ marks: [], end: 0 });
});
