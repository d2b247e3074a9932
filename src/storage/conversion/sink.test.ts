import { expect, test } from 'vitest';
import { SMALL_HEADS, smallFixture } from '../../../fixtures/small.ts';
import { convert } from '../../convert/convert.ts';
import { planConversion } from '../../convert/plan.ts';
import { memorySink } from '../../weights/testing/memory-sink.ts';
import { Torn, tornFolder } from '../testing/torn-folder.ts';
import { LOG_FILE, openConversionSink } from './sink.ts';

const plan = () => planConversion([smallFixture('refer'), smallFixture('sd')], SMALL_HEADS);
const OPTIONS = { weights: 'q8', maxShardBytes: 2_000_000 } as const;
/** Marks are as dense here, beside the size of the pack, as they are for a large one. */
const MARK_BYTES = 60_000;

/** xorshift32: the same torn places every time. */
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

/** Files of an uninterrupted conversion, as the command line makes it. */
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
  ['powerless', 0.5],
  ['powerless to the last byte', 0],
] as const)(
  '%s at ten random bytes, a conversion goes on and gives the same files',
  async (_, survives) => {
    const expected = await whole();
    const bytes = [...expected.values()].reduce((sum, text) => sum + text.length / 2, 0);
    const next = random(7 + Math.round(survives * 4));
    const torn = tornFolder();
    let restored = 0;
    for (let life = 0; life < 10; life++) {
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
        thrown instanceof Error && thrown.cause instanceof Torn ? thrown.cause : thrown,
      );
      expect(ended, 'it was torn').toBeInstanceOf(Torn);
      torn.revive(survives);
    }
    expect(restored, 'later lives begin where earlier ones were').toBeGreaterThan(bytes / 5);
    const sink = await openConversionSink(torn.folder, { markBytes: MARK_BYTES });
    await convert(plan(), sink, OPTIONS);
    sink.close();
    expectSame(torn, expected);
  },
  120_000,
);

test('bytes that changed on the disk are told by their hash and written again', async () => {
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
  // All before the flipped bit is kept, and all files behind the one that holds it.
  expect(again[0]?.kept).toBeGreaterThan(2_000_000);
  expect(again.length).toBeGreaterThan(0);
});

test('a stop that is asked for keeps what is there; a file in use says so', async () => {
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

test('a full disk is one sentence', async () => {
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
      "There is no room left for model-00001-of-00004.safetensors: this page's share of the disk is used up. Delete a model that you no longer need, or free disk space, and go on.",
  });
});
