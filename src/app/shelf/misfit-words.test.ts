/** Sentences about a model and the limits of this device. */
import { describe, expect, test } from 'vitest';
import type { FitReport, WayOut } from '../../engine/fit.ts';
import { fitWords, misfitWords } from './misfit-words.ts';

const report = (change: Partial<FitReport>): FitReport => ({
  needs: { longSide: 512, weight: { name: 'unet.w', bytes: 1 }, tensor: { graph: 'g', bytes: 1 }, network: 1 },
  load: { of: 'buffer', needed: 300e6, limit: 128e6 },
  problems: [],
  ways: [],
  ...change,
});

test.each<[load: FitReport['load'], words: string]>([
  [
    { of: 'buffer', needed: 300e6, limit: 128e6 },
    'At 512 px its largest buffer has 300.0 MB; this graphics device allows 128.0 MB.',
  ],
  [
    { of: 'buffer', needed: 300e6, limit: Number.POSITIVE_INFINITY },
    'At 512 px its largest buffer has 300.0 MB; the browser does not say what this graphics device allows.',
  ],
  [
    { of: 'memory', needed: 5e9, limit: 3.5e9 },
    'At 512 px it needs about 5.00 GB of memory; WebAssembly can use 3.50 GB.',
  ],
])('%o', (load, words) => {
  expect(fitWords(report({ load }))).toBe(words);
});

describe('what helps', () => {
  const problems = ['Its largest weight does not fit.', 'Its tensors do not fit.'];
  test.each<[ways: readonly WayOut[], end: string]>([
    [[], 'Nothing here helps with that.'],
    [[{ kind: 'side', longSide: 256 }], 'What helps: a smaller input (256 px).'],
    [[{ kind: 'precision', weights: 'q4' }], 'What helps: converting as q4.'],
    [
      [{ kind: 'side', longSide: 384 }, { kind: 'precision', weights: 'q8' }, { kind: 'wasm' }],
      'What helps: a smaller input (384 px), or converting as q8, or WebAssembly (slower).',
    ],
  ])('%o', (ways, end) => {
    expect(misfitWords(report({ problems, ways }))).toBe(`${problems.join(' ')} ${end}`);
  });
});
