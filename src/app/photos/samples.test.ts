import { afterEach, expect, test, vi } from 'vitest';
import { depthKey, referKey, segmentKey, withoutPhoto } from '../results/result-keys.ts';
import { fetchSamples, readSamples } from './samples.ts';

afterEach(() => void vi.unstubAllGlobals());

test('addresses of samples are relative to their list; malformed entries are left out', () => {
  const json = [
    { file: 'a.png', name: 'A', prompts: ['red box', 3] },
    { name: 'no file' },
    null,
    { file: 'b.png', truth: 'b/t.json' },
  ];
  expect(readSamples(json, 'http://host/x/samples/samples.json')).toEqual([
    { name: 'A', url: 'http://host/x/samples/a.png', prompts: ['red box'], truth: undefined, results: undefined },
    {
      name: 'b.png',
      url: 'http://host/x/samples/b.png',
      prompts: [],
      truth: 'http://host/x/samples/b/t.json',
      results: undefined,
    },
  ]);
  expect(readSamples({ a: 1 }, 'http://host/')).toEqual([]);
});

test('results supplied with a sample are read by a worker and become results of the tasks', async () => {
  const requested: unknown[] = [];
  const pack = { name: 'p', hash: 'a' };
  const results = { pack, depth: 'depth', masks: [{ prompt: 'a lamp', result: 'mask' }], classes: 'classes' };
  vi.stubGlobal('document', { baseURI: 'http://host/' });
  vi.stubGlobal('fetch', async () => Response.json([{ file: 'a.png', results: 'a/results.json' }]));
  vi.stubGlobal(
    'Worker',
    class extends EventTarget {
      postMessage({ id, question }: { readonly id: number; readonly question: unknown }): void {
        requested.push(question);
        this.dispatchEvent(new MessageEvent('message', { data: { id, answer: { kind: 'results', results } } }));
      }
      terminate(): void {}
    },
  );
  const [sample] = await fetchSamples();
  expect(requested).toEqual([]);
  const origin = { origin: { from: 'the results supplied with this sample', pack }, pack: 'a' };
  expect(await sample?.load?.()).toEqual([
    [withoutPhoto(depthKey('', undefined)), { task: 'depth', result: 'depth', ...origin }],
    [withoutPhoto(segmentKey('')), { task: 'segment', result: 'classes', ...origin }],
    [withoutPhoto(referKey('', 'a lamp', false)), { task: 'refer', result: 'mask', ...origin }],
  ]);
  expect(requested).toEqual([{ kind: 'results', address: 'http://host/samples/a/results.json' }]);
});
