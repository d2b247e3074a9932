import { expect, test } from 'vitest';
import { VpdError } from '../../errors.ts';
import { createAppStore } from '../store.ts';
import { errorDetails } from './details.ts';

const ready = createAppStore({
  engine: {
    phase: 'ready',
    device: {
      backend: 'webgpu-f16',
      reason: 'The fastest.',
      adapter: 'acme gpu',
      threads: 1,
      limits: { maxBufferSize: 2e9 },
    },
    pack: {
      name: 'tiny',
      family: 'vpd',
      weights: 'q8',
      bytes: 11_400_000,
      hash: 'c0ffee',
      tasks: [],
      scenes: [],
      classes: [],
      maxTokens: 32,
      working: { longSide: 320, multiple: 64 },
      licence: 'MIT',
    },
    runtime: [],
    source: { url: 'http://localhost/models/tiny/' },
    from: 'network',
    timings: [{ stage: 'download', ms: 12.4, cached: false }],
  },
  prompt: 'the blue letter',
  recent: ['my neighbour'],
}).getState();

test('details contain the error, the device, the model and the stack', () => {
  const error = new VpdError('internal', 'It broke.', { cause: 'at run (page.js:1)' });
  expect(errorDetails(error, ready, ['Browser: X'], [])).toBe(
    [
      'internal: It broke.',
      '',
      'Backend: webgpu-f16, 1 thread. The fastest.',
      'Adapter: acme gpu; maxBufferSize 2.00 GB',
      'Model: tiny (vpd), q8, 11.4 MB, sha256 c0ffee',
      'Opened: download 12 ms',
      'Browser: X',
      '',
      'at run (page.js:1)',
    ].join('\n'),
  );
});

test('details contain neither names of photos nor prompts', () => {
  const says = 'Anna at home.jpg: no “the blue letter” and no “my neighbour” in Anna at home.jpg.';
  const details = errorDetails(new VpdError('bad-image', says), ready, [], ['Anna at home.jpg']);
  expect(details).toMatch(/^bad-image: \(photo\): no “\(words\)” and no “\(words\)” in \(photo\)\./);
});
