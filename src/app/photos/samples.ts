import type { SampleAnswer, SampleQuestion } from '../../samples/answer.ts';
import type { SampleTruth } from '../../samples/truth.ts';
import { askWithRestart } from '../../worker-calls/ask.ts';
import { depthKey, referKey, segmentKey, withoutPhoto } from '../results/result-keys.ts';
import type { KnownResults } from '../results/results.ts';
import type { SampleItem } from './photos.ts';

/** A sample scene as `samples/samples.json` lists it. */
interface Sample {
  readonly name: string;
  readonly url: string;
  readonly prompts: readonly string[];
  /** Address of `truth.json`, the ground truth. */
  readonly truth: string | undefined;
  /** Address of `results.json`, the embedded pack's results. */
  readonly results: string | undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Reads `[{file, name, prompts, truth?, results?}]`; entries without a file name are left out. */
export function readSamples(json: unknown, base: string): Sample[] {
  if (!Array.isArray(json)) return [];
  return json.filter(isRecord).flatMap(({ file, name, prompts, truth, results }) => {
    if (typeof file !== 'string') return [];
    const address = (path: unknown) => (typeof path === 'string' ? new URL(path, base).href : undefined);
    const words = Array.isArray(prompts) ? prompts.filter((prompt) => typeof prompt === 'string') : [];
    return [
      {
        name: typeof name === 'string' ? name : file,
        url: new URL(file, base).href,
        prompts: words,
        truth: address(truth),
        results: address(results),
      },
    ];
  });
}

/** Fetches the list of the page's samples; returns none if there is no list. */
export async function fetchSamples(): Promise<SampleItem[]> {
  const list = new URL('samples/samples.json', document.baseURI);
  try {
    const response = await fetch(list);
    if (!response.ok) return [];
    return readSamples(await response.json(), list.href).map(({ results, ...sample }) => ({
      ...sample,
      load: results === undefined ? undefined : () => loadResults(results),
    }));
  } catch {
    return [];
  }
}

const ask = askWithRestart<SampleQuestion, SampleAnswer>(
  () => new Worker(new URL('../../samples/worker.ts', import.meta.url), { type: 'module', name: 'samples' }),
  'Reading a sample',
);

/** Loads the results supplied with a sample, in the form of the page's results. */
async function loadResults(address: string): Promise<KnownResults> {
  const { results } = await ask({ kind: 'results', address });
  const { pack, depth, masks, classes } = results;
  const origin = { origin: { from: 'the results supplied with this sample', pack }, pack: pack.hash };
  return [
    [withoutPhoto(depthKey('', undefined)), { task: 'depth', result: depth, ...origin }],
    [withoutPhoto(segmentKey('')), { task: 'segment', result: classes, ...origin }],
    ...masks.map(
      ({ prompt, result }) =>
        [withoutPhoto(referKey('', prompt, false)), { task: 'refer', result, ...origin }] as const,
    ),
  ];
}

/** Loads a sample's ground truth by the address of its `truth.json`. */
export async function loadTruth(address: string): Promise<SampleTruth> {
  return (await ask({ kind: 'truth', address })).truth;
}
