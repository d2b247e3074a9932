import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodePngSamples, encodePng8 } from '../../image/formats/png.ts';
import { command } from './run.ts';

const pack = join(import.meta.dirname, '../../../models/tiny');
const [WIDTH, HEIGHT] = [160, 96];
let work = '';
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'vpd-without-'));
  const data = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => 128 + 100 * Math.sin(i / 97));
  await writeFile(join(work, 'photo.png'), encodePng8(data, WIDTH, HEIGHT, 'rgb'));
});
afterAll(() => rm(work, { recursive: true, force: true }));

const notes: string[] = [];

async function run(out: string, ...more: string[]): Promise<MessageEvent['data']> {
  const lines: string[] = [];
  notes.length = 0;
  const io = { out: (line: string) => lines.push(line), err: (line: string) => notes.push(line) };
  const args = ['refer', '--pack', pack, '--image', join(work, 'photo.png'), '--out', join(work, out), '--json'];
  expect(await command.run([...args, '--prompt', 'the red chair', ...more], io)).toBe(0);
  return JSON.parse(lines.join(''));
}
const samples = async (out: string, name: string) =>
  (await decodePngSamples(new Uint8Array(await readFile(join(work, out, name))), name)).data;

test('--without writes the mask without the word, and its overlap with the full mask', async () => {
  const plain = await run('plain');
  expect(notes, 'every word was read').toEqual([]);
  const facts = await run('without', '--without', 'red', '--without', 'chair');
  expect(plain.without).toBeUndefined();
  const { tasks } = JSON.parse(await readFile(join(pack, 'config.json'), 'utf8'));
  expect(plain.absence).toBeGreaterThan(0);
  expect(plain.note !== undefined, '“may not be in this photo”').toBe(plain.absence > tasks.refer.absence.threshold);
  expect(facts.without.words).toEqual(['red', 'chair']);
  expect(
    facts.timings.map(({ stage }: { stage: string }) => stage).filter((stage: string) => stage === 'refer'),
  ).toHaveLength(1);
  const whole = await samples('plain', 'mask.png');
  expect(await samples('without', 'mask.png')).toEqual(whole);
  const left = await samples('without', 'mask-without.png');
  let [both, either, inside] = [0, 0, 0];
  left.forEach((value, i) => {
    if (value && whole[i]) both++;
    if (value || whole[i]) either++;
    if (value) inside++;
  });
  expect(facts.without.iou).toBeCloseTo(either > 0 ? both / either : 1, 6);
  expect(facts.without.area).toBeCloseTo(inside / (WIDTH * HEIGHT), 6);
  // The overlay differs from the photo exactly where the masks differ.
  const drawn = await samples('without', 'overlay-without.png');
  const { data: photo } = await decodePngSamples(new Uint8Array(await readFile(join(work, 'photo.png'))), 'photo.png');
  for (let i = 0; i < WIDTH * HEIGHT; i += 7) {
    const changed = [0, 1, 2].some((c) => drawn[3 * i + c] !== photo[3 * i + c]);
    expect(changed).toBe(left[i] !== whole[i]);
  }
});

test('words that were read as other words or not at all are listed', async () => {
  const prompt = `the crimson zebra settee ${'chair '.repeat(26)}table lamp`;
  const facts = await run('words', '--prompt', prompt);
  expect(notes).toEqual([
    'Not in this model’s vocabulary, so read as words that it knows: “crimson” as “red”, “settee” as “sofa”.',
    'Not in this model’s vocabulary, so read as “unknown”: “zebra”.',
    'Cut, because the prompt is longer than the model reads: “table”, “lamp”.',
  ]);
  expect(facts.words.slice(0, 4)).toMatchObject([
    { text: 'the', known: true },
    { text: 'crimson', readAs: 'red' },
    { text: 'zebra', known: false },
    { text: 'settee', readAs: 'sofa' },
  ]);
  expect(facts.cut).toEqual(['table', 'lamp']);
});

test('a word that is not in the prompt is refused', async () => {
  await expect(run('stranger', '--without', 'table')).rejects.toThrow(
    'The prompt has no word “table” to leave out; it has the, red, chair.',
  );
});
