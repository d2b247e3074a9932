import { describe, expect, test } from 'vitest';
import type { Answer } from '../../engine/answer.ts';
import { readResult, writeResult } from './result-file.ts';

const maps = [
  { level: 1, tokens: 3, width: 2, height: 1, data: Float32Array.of(0, 0.1, 0.2, 1 / 3, 1, 0), coverX: 1, coverY: 0.9 },
];
const results: readonly Answer[] = [
  {
    task: 'depth',
    result: { width: 3, height: 1, metres: Float32Array.of(1.5, Math.PI, 1e-7), min: 1e-7, max: Math.PI, timings: [] },
  },
  {
    task: 'refer',
    result: {
      width: 1,
      height: 2,
      probability: Float32Array.of(0.5, 0.50000006),
      area: 0.5,
      tokens: [{ text: 'red', id: 736, kind: 'word', word: 0, known: true }],
      words: [
        { text: 'red', tokens: [1], known: true },
        { text: 'settee', tokens: [2], known: true, readAs: 'sofa' },
      ],
      cut: ['…'],
      maps,
      timings: [],
    },
  },
  {
    task: 'segment',
    result: {
      width: 2,
      height: 2,
      labels: Uint8Array.of(0, 255, 7, 7),
      present: [{ index: 7, name: 'chair', area: 0.5 }],
      maps,
      timings: [],
    },
  },
];

test.each(results)('$task is read back bit for bit', async (kept) => {
  expect(await readResult(writeResult(kept))).toEqual(kept);
});

test('timings are not saved', async () => {
  const [kept] = results;
  if (kept?.task !== 'depth') throw new Error('depth first');
  const timed = { ...kept, result: { ...kept.result, timings: [{ stage: 'depth', ms: 3, cached: false } as const] } };
  expect((await readResult(writeResult(timed))).result.timings).toEqual([]);
});

describe('a damaged file is reported', () => {
  const bytes = async () => new Uint8Array(await writeResult(results[1] ?? Object.assign({})).arrayBuffer());
  const changed = (task: Answer['task'], change: object): Blob => {
    const kept = results.find((each) => each.task === task);
    return writeResult(Object.assign({}, kept, { result: { ...kept?.result, ...change } }));
  };
  test.each([
    ['nothing', async () => new Blob()],
    ['something else', async () => new Blob(['a photo, perhaps'])],
    ['cut in the head', async () => new Blob([(await bytes()).slice(0, 60)])],
    ['cut in an array', async () => new Blob([(await bytes()).slice(0, -16)])],
    ['only the first letters', async () => new Blob(['VPDR'])],
    ['depths of another size', async () => changed('depth', { width: 4 })],
    ['probabilities of another size', async () => changed('refer', { width: 4 })],
    ['labels of another size', async () => changed('segment', { width: 4 })],
    ['maps of another size', async () => changed('segment', { maps: maps.map((map) => ({ ...map, tokens: 2 })) })],
  ])('%s', async (_, file) => {
    await expect(readResult(await file())).rejects.toThrow('A saved result is damaged; it is computed again.');
  });
});
