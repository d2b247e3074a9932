import { readFile } from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { transferables } from '../worker-calls/requests.ts';
import { answerSample, type SampleAnswer } from './answer.ts';

const ADDRESS = 'http://host/samples/scene-1/';

afterEach(() => vi.unstubAllGlobals());

test('a sample’s results and truth are read from the folder of its URL and posted without loss', async () => {
  vi.stubGlobal('fetch', async (url: string) => new Response(await readFile(url.replace('http://host', 'public'))));
  const seen = await answerSample({ kind: 'results', address: `${ADDRESS}results.json` });
  const truth = await answerSample({ kind: 'truth', address: `${ADDRESS}truth.json` });
  // Every hundredth value, because comparing all takes half a minute.
  const some = (plane: ArrayLike<number> | undefined) => Array.from(plane ?? []).filter((_, i) => i % 100 === 0);
  const planesOf = (answer: SampleAnswer) =>
    answer.kind === 'results'
      ? [answer.results.depth.metres, answer.results.classes.labels, answer.results.masks[1]?.result.maps[0]?.data]
      : [answer.truth.metres, answer.truth.labels, ...answer.truth.masks.values()];
  for (const answer of [seen, truth]) {
    const before = planesOf(answer).map(some);
    expect(before.every((plane) => plane.length > 0)).toBe(true);
    const sent = structuredClone(answer, { transfer: transferables(answer) });
    expect(planesOf(sent).map(some)).toEqual(before);
  }
});

test('a missing file is named', async () => {
  vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
  await expect(answerSample({ kind: 'truth', address: `${ADDRESS}truth.json` })).rejects.toThrow(
    `${ADDRESS}truth.json was answered with 404.`,
  );
});
