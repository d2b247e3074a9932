import { describe, expect, it } from 'vitest';
import { SMALL_HEADS, smallFixture } from '../../fixtures/small.ts';
import type { ErrorCode } from '../errors.ts';
import { VpdError } from '../errors.ts';
import { openPack, verifyPack } from '../weights/pack/pack.ts';
import { openSafetensors } from '../weights/safetensors/safetensors.ts';
import { memorySink } from '../weights/testing/memory-sink.ts';
import { convert } from './convert.ts';
import { planConversion } from './plan.ts';
import { changed } from './testing/changed.ts';
import { hostileCheckpoints } from './testing/hostile-cases.ts';
import { HOSTILE_PACKS, WEIGHTS } from './testing/hostile-packs.ts';

async function failure(work: () => Promise<unknown>): Promise<{ code: ErrorCode; message: string }> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof VpdError) return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
  throw new Error('It was accepted.');
}

describe('checkpoints that cannot be converted', () => {
  it.each(hostileCheckpoints(smallFixture))('%s', async (_, sources, code, message) => {
    expect(
      await failure(async () => convert(planConversion(sources(), SMALL_HEADS), memorySink(), { weights: 'q8' })),
    ).toEqual({ code, message });
  });
});

it('heads that do not divide the channels', async () => {
  expect(await failure(async () => planConversion([smallFixture('depth')], { heads: 7 }))).toEqual({
    code: 'bad-request',
    message: '7 heads do not divide the UNet’s 64 channels. Give another number of heads.',
  });
  expect(await failure(async () => planConversion([smallFixture('sd')], { heads: 4, textHeads: 7 }))).toEqual({
    code: 'bad-request',
    message: '7 heads do not divide the text encoder’s width of 64. Give another number of text heads.',
  });
});

it.each([
  ['unet.heads: Invalid value: Expected <=64 but received 80', { heads: 80 }],
  ['tasks.depth.maxDepth: Invalid value: Expected <=1000000 but received 10000000', { maxDepth: 1e7 }],
  ['name: Invalid length: Expected <=1000 but received 1001', { name: 'x'.repeat(1001) }],
])('options that no pack may have: %s', async (issue, options) => {
  // 80 heads divide 320 channels.
  const wide = changed(smallFixture('depth'), {
    shape: ({ name, shape }) =>
      /middle_block\.1\..*(attn2\.to_v|ff\.net\.2)\.weight$/.test(name) ? [320, 320] : shape,
  });
  expect(await failure(async () => planConversion([wide], options))).toEqual({
    code: 'unsupported',
    message: `depth.pth gives a model that no pack may hold (${issue}). Check the options; if they are right, the file is damaged or of another kind.`,
  });
});

/** A valid pack, converted once for all tests. */
const good = (async () => {
  const sink = memorySink();
  const config = await convert(planConversion([smallFixture('depth')], SMALL_HEADS), sink, { weights: 'f16' });
  return { files: sink.files, config };
})();

describe('packs that cannot be opened', () => {
  it.each(HOSTILE_PACKS)('%s', async (_, change, code, message) => {
    const { files: original, config } = await good;
    const files = new Map(original);
    await change(files, config);
    const found = await failure(async () => verifyPack(await openPack(files)));
    const { bytes, sha256 } = config.files[WEIGHTS] ?? { bytes: 0, sha256: '' };
    const plain = found.message
      .replace(String(bytes), 'BYTES')
      .replace(sha256, 'EXPECTED')
      .replace(/sha256 [0-9a-f]{64}/, 'sha256 FOUND');
    expect({ code: found.code, message: plain }).toEqual({ code, message });
  });

  it('a config too long to be one, and a tensor in two files', async () => {
    const { files, config } = await good;
    const long = Object.defineProperty(new Blob(), 'size', { value: 10_000_001 });
    expect(await failure(() => openPack(new Map(files).set('config.json', long)))).toEqual({
      code: 'bad-file',
      message: 'config.json has 10000001 bytes, more than the 10000000 that it may have.',
    });
    const listed = { ...config.files, 'z.safetensors': config.files[WEIGHTS] };
    const twice = new Map(files).set('config.json', new Blob([JSON.stringify({ ...config, files: listed })]));
    twice.set('z.safetensors', files.get(WEIGHTS) ?? new Blob());
    expect((await failure(() => openPack(twice))).message).toMatch(
      /^z\.safetensors and another file of the pack both hold tensor \S+\.$/,
    );
  });

  it('weights are verified although a file before them is absent', async () => {
    const { files, config } = await good;
    const listed = Object.fromEntries(Object.entries(config.files).reverse());
    const entry = { ...config.files[WEIGHTS], sha256: '0'.repeat(64) };
    const json = JSON.stringify({ ...config, files: { ...listed, [WEIGHTS]: entry } });
    const some = new Map(files).set('config.json', new Blob([json]));
    some.delete('README.md');
    expect((await failure(async () => verifyPack(await openPack(some)))).message).toContain('it is damaged');
  });

  it('a pack opens with its files in any order and without its card', async () => {
    const { files } = await good;
    const some = new Map([...files].reverse().filter(([name]) => name !== 'README.md'));
    expect((await openPack(some)).summary.tasks).toEqual(['depth']);
    await expect(openSafetensors(WEIGHTS, some.get(WEIGHTS) ?? new Blob())).resolves.toMatchObject({
      format: 'safetensors',
    });
  });
});
