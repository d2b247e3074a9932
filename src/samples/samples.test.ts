/** The sample scenes that come with the page: they are complete, small, and computed with the current embedded pack. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openPackFolder } from '../cli/files/pack-files.ts';
import { createSha256 } from '../weights/sha256.ts';
import { FILES, parseResultsFile, RESULTS_FILE } from './format.ts';
import { readSample } from './read.ts';

const FOLDER = 'public/samples';
/** Of all results together, because a first visit loads them before it can show a result. */
const MAX_BYTES = 1_500_000;

interface Entry {
  readonly file: string;
  readonly name: string;
  readonly prompts: readonly string[];
  readonly results: string;
}
const list: readonly Entry[] = JSON.parse(await readFile(join(FOLDER, 'samples.json'), 'utf8'));
const folderOf = ({ results }: Entry) => join(FOLDER, dirname(results));
const readText = (entry: Entry) => readFile(join(folderOf(entry), RESULTS_FILE), 'utf8');

async function sha256(path: string): Promise<string> {
  const hash = createSha256();
  hash.update(await readFile(path));
  return hash.hex();
}

test('there are eight samples, and their results are small', async () => {
  expect(list).toHaveLength(8);
  const paths = list.flatMap((entry) =>
    [RESULTS_FILE, ...Object.values(FILES)].map((name) => join(folderOf(entry), name)),
  );
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(MAX_BYTES);
});

test.each(list)('$name: computed with the current embedded pack from the current photo', async (entry) => {
  const { pack, config, photo, masks, guided } = parseResultsFile(await readText(entry), entry.results);
  const embedded = await openPackFolder('models/tiny');
  const { depth, refer } = embedded.config.tasks;
  const stale = 'The samples’ results are not those of models/tiny: run `npm run samples` and commit what it writes.';
  expect(pack, stale).toEqual({ name: embedded.summary.name, hash: embedded.summary.hash });
  expect(config, stale).toBe(await sha256('models/tiny/config.json'));
  expect(guided, stale).toEqual({ depth: depth?.guided, refer: refer?.guided });
  expect(photo, stale).toBe(await sha256(join(FOLDER, entry.file)));
  expect(
    masks.map(({ prompt }) => prompt),
    stale,
  ).toEqual(entry.prompts);
});

test.each(list)('$name: results have the form of a run’s results', async (entry) => {
  const { depth, masks, classes } = await readSample(
    async (name) => new Blob([await readFile(join(folderOf(entry), name))]),
  );
  expect([depth.width, depth.height, depth.metres.length]).toEqual([640, 480, 640 * 480]);
  expect(depth.min).toBeGreaterThan(0.2);
  expect(depth.max).toBeLessThan(12);
  for (const { result } of masks) {
    const inside = result.probability.reduce((sum, p) => sum + (p > 0.5 ? 1 : 0), 0);
    // Quantizing the logits at the network's size moves the mask's edge by a fraction of a pixel.
    expect(Math.abs(inside / result.probability.length - result.area)).toBeLessThan(0.003);
    const used = result.tokens.filter(({ kind }) => kind !== 'padding').length;
    for (const { tokens, width, height, data } of result.maps) {
      expect(tokens).toBe(used);
      expect(data.length).toBe(used * width * height);
      expect(data.every((weight) => weight >= 0 && weight <= 1)).toBe(true);
    }
  }
  const counts = new Uint32Array(256);
  for (const label of classes.labels) counts[label] = (counts[label] ?? 0) + 1;
  for (const { index, area } of classes.present)
    expect((counts[index] ?? 0) / classes.labels.length).toBeCloseTo(area, 9);
});
