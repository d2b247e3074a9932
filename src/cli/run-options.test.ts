import { expect, test } from 'vitest';
import { VpdError } from '../errors.ts';
import { parseSize } from './graphs.ts';
import { parseRunOptions } from './run-options.ts';

const BASE = ['--pack', 'p', '--image', 'i.png', '--out', 'o'];

test('defaults, and flip where the published protocol averages with the mirror image', () => {
  const options = parseRunOptions(['depth', ...BASE]);
  expect([options.protocol, options.runtime, options.flip, options.threads]).toEqual(['fit', 'wasm', false, undefined]);
  expect(parseRunOptions(['depth', ...BASE, '--protocol', 'paper']).flip).toBe(true);
  expect(parseRunOptions(['refer', ...BASE, '--protocol', 'paper']).flip).toBe(false);
});

test.each([
  [['dream', ...BASE], 'The task is "dream"; it must be one of depth, refer, segment, attention.'],
  [BASE, 'The task is missing; it is one of depth, refer, segment, attention.'],
  [['depth', 'refer', ...BASE], 'run takes one task, not 2: depth, refer.'],
  [['depth', '--image', 'i.png', '--out', 'o'], '--pack is missing; see --help.'],
  [['depth', ...BASE, '--protocol', 'squash'], '--protocol is "squash"; it must be one of fit, direct, paper.'],
  [['depth', ...BASE, '--runtime', 'cuda'], '--runtime is "cuda"; it must be one of wasm, node.'],
  [['depth', ...BASE, '--threads', '0'], '--threads is "0"; it must be a whole number of at least 1.'],
  [
    ['attention', ...BASE, '--prompt', 'a', '--tokens', '2.5'],
    '--tokens is "2.5"; it must be a whole number of at least 3.',
  ],
  [
    ['refer', ...BASE, '--prompt', 'a', '--text-hidden', 'b.npy'],
    '--prompt and --text-hidden say the same thing twice; give one of them.',
  ],
  [
    ['depth', ...BASE, '--without', 'red', '--flip'],
    '--without works for refer with --prompt, not with depth, --flip.',
  ],
  [
    ['refer', ...BASE, '--zero-shot', '--without', 'red', '--text-hidden', 'b.npy'],
    '--without works for refer with --prompt, not with --text-hidden.',
  ],
  [
    ['segment', ...BASE, '--zero-shot', '--flip'],
    '--zero-shot works for refer with --prompt, not with segment, --flip.',
  ],
  [['refer', ...BASE, '--zero-shot'], '--zero-shot works for refer with --prompt, which is missing.'],
  [['refer', ...BASE, '--prompt', 'a', '--flip'], '--flip works for depth, segment, not with refer.'],
  [['segment', ...BASE, '--tokens', '40'], '--tokens works for attention with --prompt, not with segment.'],
  [['depth', ...BASE, '--features'], '--features works with --raw, which is missing.'],
])('refuses %j', (args, message) => {
  expect(() => parseRunOptions(args)).toThrow(new VpdError('bad-request', message));
});

test('what a task has no use for is noted, and another task’s options may stay', () => {
  expect(parseRunOptions(['depth', ...BASE, '--prompt', 'a', '--scene', 'bedroom']).notes).toEqual([
    'depth has no use for --prompt, which is for refer and attention.',
  ]);
  expect(parseRunOptions(['refer', ...BASE, '--prompt', 'a']).notes).toEqual([]);
});

test('sizes', () => {
  expect(parseSize('640x512')).toEqual({ width: 640, height: 512 });
  for (const text of ['640', '640x', 'x', '-1x5', '1e3x2'])
    expect(() => parseSize(text)).toThrow(`--size is "${text}"; it must be WIDTHxHEIGHT in pixels, e.g. 512x384.`);
});
