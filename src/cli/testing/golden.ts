import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { fixtureSource, parseManifest, writeSource } from '../../convert/testing/fixture.ts';
import { difference } from '../../difference.ts';
import { VpdError } from '../../errors.ts';
import { readNpyF32 } from '../../image/formats/npy.ts';
import { command as convertCommand } from '../commands/convert.ts';
import { command as runCommand } from '../commands/run.ts';
import { folderSink } from '../files/folder-sink.ts';

/** Kinds of checkpoints on which the official implementation was run (fixtures/README.md). */
export const GOLDEN_TASKS = ['depth', 'refer', 'segment', 'sd'] as const;
type GoldenTask = (typeof GOLDEN_TASKS)[number];
export const isGoldenTask = (word: string): word is GoldenTask => GOLDEN_TASKS.some((task) => task === word);

interface Figure {
  readonly what: string;
  readonly value: number;
  readonly bar: string;
  readonly within: boolean;
}

interface GoldenOptions {
  /** Folder with manifests, photos and official outputs. */
  readonly fixtures: string;
  /** Folder for checkpoint, pack and results. */
  readonly work: string;
  readonly runtime?: string;
}

const atMost = (what: string, value: number, bar: number): Figure => ({
  what,
  value,
  bar: `≤ ${bar}`,
  within: value <= bar,
});
const atLeast = (what: string, value: number, bar: number): Figure => ({
  what,
  value,
  bar: `≥ ${bar}`,
  within: value >= bar,
});

async function readArray(path: string): Promise<Float32Array> {
  const { data } = readNpyF32(new Uint8Array(await readFile(path)), path);
  return data;
}

/** k×k average pooling of a [planes,size,size] array. */
function pool(data: Float32Array, planes: number, size: number, k: number): Float32Array {
  const small = size / k;
  const out = new Float32Array(planes * small * small);
  for (let p = 0; p < planes; p++)
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const at = (p * small + Math.floor(y / k)) * small + Math.floor(x / k);
        out[at] = (out[at] ?? 0) + (data[(p * size + y) * size + x] ?? 0) / (k * k);
      }
  return out;
}

/** Share of pixels of two 8-bit images that `same` accepts as equal. */
async function agreement(
  a: string,
  b: string,
  same: (x: number, y: number) => boolean = (x, y) => x === y,
): Promise<number> {
  const [first, second] = await Promise.all(
    [a, b].map((path) => sharp(path).extractChannel(0).raw().toBuffer({ resolveWithObject: true })),
  );
  if (!first || !second) throw new VpdError('internal', 'Two images are needed.');
  if (first.data.length !== second.data.length) throw new VpdError('bad-file', `${a} and ${b} are not of one size.`);
  let equal = 0;
  for (let i = 0; i < first.data.length; i++) if (same(first.data[i] ?? 0, second.data[i] ?? 0)) equal++;
  return equal / first.data.length;
}

/** Arguments of `run` per task, in addition to pack, out and runtime. */
const RUNS: Record<GoldenTask, (fixtures: string) => readonly string[]> = {
  depth: (f) => ['depth', '--image', join(f, 'photo-480.png'), '--scene', 'living_room'],
  refer: (f) => ['refer', '--image', join(f, 'photo-512.png'), '--text-hidden', join(f, 'refer.text_hidden.npy')],
  segment: (f) => ['segment', '--image', join(f, 'photo-512.png')],
  sd: (f) => ['attention', '--image', join(f, 'photo-512.png'), '--prompt', 'a photo of a cat', '--tokens', '40'],
};

/** Comparisons with the official outputs; the bars allow for float32 differences between machines. */
const COMPARISONS: Record<GoldenTask, (fixtures: string, out: string) => Promise<readonly Figure[]>> = {
  async depth(f, out) {
    const { max, mean } = difference(
      'depth',
      await readArray(join(out, 'depth.npy')),
      await readArray(join(f, 'depth.pred_metres.npy')),
    );
    return [atMost('max error, m', max, 5e-3), atMost('mean error, m', mean, 5e-4)];
  },
  async refer(f, out) {
    const logits = pool(await readArray(join(out, 'logits.npy')), 2, 512, 4);
    const figures = [
      atMost(
        'logits, relative L2',
        difference('logits', logits, await readArray(join(f, 'refer.logits_pool4.npy'))).relative,
        1e-3,
      ),
      atLeast(
        'equal mask pixels',
        await agreement(join(out, 'mask.png'), join(f, 'refer.mask.png'), (x, y) => x > 0 === y > 0),
        0.999,
      ),
    ];
    for (const [level, side] of [
      [1, 32],
      [2, 16],
    ]) {
      const got = await readArray(join(out, `attention.level${level}.npy`));
      const want = await readArray(join(f, `refer.attention${side}.npy`));
      figures.push(atMost(`attention maps at ${side}², max error`, difference('maps', got, want).max, 1e-4));
    }
    return figures;
  },
  async segment(f, out) {
    return [atLeast('equal labels', await agreement(join(out, 'labels.png'), join(f, 'segment.labels.png')), 0.995)];
  },
  async sd(f, out) {
    const compare = async (what: string, got: string, want: string): Promise<Figure> =>
      atMost(
        `${what}, relative L2`,
        difference(what, await readArray(join(out, got)), await readArray(join(f, want))).relative,
        1e-3,
      );
    return [
      await compare('CLIP hidden', 'text_hidden.npy', 'sd.clip_a_photo_of_a_cat_40.npy'),
      await compare('latent', 'latent.npy', 'sd.latents.npy'),
      await compare('eps', 'eps.npy', 'sd.eps_t1.npy'),
    ];
  },
};

async function writeCheckpoint(task: GoldenTask, fixtures: string, work: string): Promise<string> {
  const file = join(fixtures, `${task}.manifest.json`);
  const json = existsSync(file) ? await readFile(file) : gunzipSync(await readFile(`${file}.gz`));
  const manifest = parseManifest(json.toString());
  const name = `${task}.safetensors`;
  const writer = await folderSink(work).createFile(name);
  await writeSource(writer, fixtureSource(name, manifest));
  await writer.close();
  return join(work, name);
}

/** The 1/10-width networks have 4 heads, which no shape shows; networks of the true size have the default of their family. */
const isSmall = (fixtures: string): boolean => /small\/?$/.test(fixtures);

/**
 * Runs one fixture through the user's commands and compares the results with the official outputs.
 * @throws VpdError if a command fails
 */
export async function golden(task: GoldenTask, options: GoldenOptions): Promise<readonly Figure[]> {
  const { fixtures, work } = options;
  const lines: string[] = [];
  const io = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
  const must = async (code: number, what: string): Promise<void> => {
    if (code !== 0) throw new VpdError('internal', `${what} ended with ${code}: ${lines.join(' ')}`);
  };
  const checkpoint = await writeCheckpoint(task, fixtures, work);
  const pack = join(work, `${task}.pack`);
  const sizes = isSmall(fixtures) ? ['--heads', '4', '--text-heads', '4'] : [];
  await must(await convertCommand.run([checkpoint, '--out', pack, '--weights', 'f32', ...sizes], io), 'convert');
  const out = join(work, `${task}.out`);
  const runtime = ['--runtime', options.runtime ?? 'wasm'];
  const args = [...RUNS[task](fixtures), '--pack', pack, '--out', out, '--protocol', 'direct', '--raw', ...runtime];
  await must(await runCommand.run(args, io), 'run');
  return COMPARISONS[task](fixtures, out);
}
