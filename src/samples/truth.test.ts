import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { classFigures, depthFigures, maskFigure } from './figures.ts';
import { readTruth, type SampleTruth } from './truth.ts';

const FOLDER = 'public/samples';
const list: readonly { readonly truth: string; readonly prompts: readonly string[] }[] = JSON.parse(
  await readFile(join(FOLDER, 'samples.json'), 'utf8'),
);
const read = (path: string) => async (name: string) => new Blob([await readFile(join(FOLDER, path, '..', name))]);
const first = (): Promise<SampleTruth> => readTruth(read(list[0]?.truth ?? ''));

test.each(list)('$truth: plausible depths, known classes, and a mask for every prompt', async ({ truth, prompts }) => {
  const { width, height, metres, labels, names, masks } = await readTruth(read(truth));
  expect([width, height]).toEqual([640, 480]);
  expect(metres.every((depth) => depth > 0.1 && depth < 12)).toBe(true);
  expect(labels.every((label) => label < names.length)).toBe(true);
  expect([...masks.keys()]).toEqual(prompts);
  for (const mask of masks.values()) {
    const inside = mask.reduce((sum, value) => sum + value, 0);
    expect(inside).toBeGreaterThan(500);
    expect(inside).toBeLessThan(mask.length / 3);
  }
});

test('the truth as a result has no errors; a result that is half right gets half', async () => {
  const truth = await first();
  const { width, height, metres, labels, names, masks } = truth;
  const depth = (factor: number) => ({
    width,
    height,
    metres: metres.map((value) => value * factor),
    min: 0,
    max: 0,
    timings: [],
  });
  expect(depthFigures(depth(1), truth)).toMatchObject({ rmse: 0, d1: 1, abs_rel: 0 });
  expect(depthFigures(depth(1.5), truth)?.abs_rel).toBeCloseTo(0.5, 5);
  const [[prompt, mask] = ['', new Uint8Array()]] = masks;
  expect(maskFigure({ width, height, mask }, prompt, truth)).toBe(1);
  expect(maskFigure({ width, height, mask: mask.map((value) => 1 - value) }, prompt, truth)).toBe(0);
  expect(maskFigure({ width, height, mask }, 'a zeppelin', truth)).toBeUndefined();
  const classes = (found: Uint8Array) => ({ width, height, labels: found, present: [], maps: [], timings: [] });
  expect(classFigures(classes(labels), names, truth)).toEqual({ accuracy: 1, miou: 1 });
  const upper = labels.map((label, i) => (i < labels.length / 2 ? label : (label + 1) % names.length));
  expect(classFigures(classes(upper), names, truth).accuracy).toBe(0.5);
});

test('planes of different sizes are an error', async () => {
  const original = read(list[0]?.truth ?? '');
  const wrong = async (name: string) =>
    name === 'truth.json'
      ? new Blob([
          (await (await original(name)).text())
            .replace('"size": [480, 640]', '"size": [4, 3]')
            .replace(/"counts": "[^"]*"/, '"counts": [12]'),
        ])
      : original(name);
  await expect(readTruth(wrong)).rejects.toThrow('truth.json names planes of different sizes; write the sample again.');
  await expect(readTruth(async () => new Blob(['{}']))).rejects.toThrow(/^truth\.json: "depth"/);
});
