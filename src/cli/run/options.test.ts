import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { TINY } from '../../engine/testing/tiny-model.ts';
import { VpdError } from '../../errors.ts';
import { packGraphs, parseSize, workingSize } from '../graphs.ts';
import { refuseUnreadFeatures } from './attention.ts';
import { parseRunOptions } from './options.ts';

const BASE = ['--pack', 'p', '--image', 'i.png', '--out', 'o'];

test('defaults, and flip if the published protocol averages with the mirrored photo', () => {
  const options = parseRunOptions(['depth', ...BASE]);
  expect([options.protocol, options.runtime, options.flip, options.threads]).toEqual(['fit', 'wasm', false, undefined]);
  expect(parseRunOptions(['depth', ...BASE, '--protocol', 'paper']).flip).toBe(true);
  expect(parseRunOptions(['refer', ...BASE, '--prompt', 'a', '--protocol', 'paper']).flip).toBe(false);
});

test.each([
  [['dream', ...BASE], 'The task is "dream"; it must be one of depth, refer, segment, attention.'],
  [BASE, 'The task is missing; it is one of depth, refer, segment, attention.'],
  [['depth', 'refer', ...BASE], 'One task is needed, not 2: depth, refer.'],
  [['depth', '--image', 'i.png', '--out', 'o'], '--pack is missing; see --help.'],
  [['depth', '--pack', 'p', '--out', 'o'], '--image is missing; see --help.'],
  [['depth', '--pack', 'p', '--image', 'i.png', '--out', ''], '--out is missing; see --help.'],
  [['depth', ...BASE, '--protocol', 'squash'], '--protocol is "squash"; it must be one of fit, direct, paper.'],
  [['depth', ...BASE, '--runtime', 'cuda'], '--runtime is "cuda"; it must be one of wasm, node.'],
  [['depth', ...BASE, '--threads', '0'], '--threads is "0"; it must be a whole number of at least 1.'],
  [
    ['attention', ...BASE, '--prompt', 'a', '--tokens', '2.5'],
    '--tokens is "2.5"; it must be a whole number of at least 3.',
  ],
  [
    ['refer', ...BASE, '--prompt', 'a', '--text-hidden', 'b.npy'],
    '--prompt and --text-hidden are two forms of the same input; give one of them.',
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
    ['refer', ...BASE, '--prompt', 'a', '--without', 'red', '--latent', 'b.npy'],
    '--without works for refer with --prompt, not with --latent.',
  ],
  [
    ['segment', ...BASE, '--zero-shot', '--flip'],
    '--zero-shot works for refer with --prompt, not with segment, --flip.',
  ],
  [['refer', ...BASE, '--zero-shot'], '--zero-shot works for refer with --prompt, which is missing.'],
  [['refer', ...BASE, '--prompt', 'a', '--flip'], '--flip works for depth, segment, not with refer.'],
  [['segment', ...BASE, '--tokens', '40'], '--tokens works for attention with --prompt, not with segment.'],
  [['refer', ...BASE], '--prompt TEXT is missing (or give --text-hidden FILE.npy).'],
  [['attention', ...BASE], '--prompt TEXT is missing (or give --text-hidden FILE.npy).'],
  [['depth', ...BASE, '--flip', '--latent', 'a.npy'], '--flip works for depth, segment, not with --latent.'],
  [['depth', ...BASE, '--features'], '--features works with --raw, which is missing.'],
  [
    ['refer', ...BASE, '--prompt', 'a', '--zero-shot', '--raw', '--features'],
    '--features works with --raw, not with --zero-shot.',
  ],
])('refuses %j', (args, message) => {
  expect(() => parseRunOptions(args)).toThrow(new VpdError('bad-request', message));
});

test('threads beyond the cores are refused, because they would wait for each other in busy loops', () => {
  const cores = availableParallelism();
  expect(parseRunOptions(['depth', ...BASE, '--threads', `${cores}`]).threads).toBe(cores);
  expect(() => parseRunOptions(['depth', ...BASE, '--threads', `${cores + 1}`])).toThrow(
    `--threads is "${cores + 1}"; this machine can run ${cores} at once, so give at most ${cores}.`,
  );
});

test('options of other tasks are accepted with a note', () => {
  expect(parseRunOptions(['depth', ...BASE, '--prompt', 'a', '--scene', 'bedroom']).notes).toEqual([
    'depth does not use --prompt, which is for refer and attention.',
  ]);
  expect(parseRunOptions(['refer', ...BASE, '--prompt', 'a', '--scene', 'bedroom']).notes).toEqual([
    'refer does not use --scene, which is for depth.',
  ]);
});

test('a plain backbone has no features, because only heads read them', () => {
  const options = parseRunOptions(['attention', ...BASE, '--prompt', 'a', '--raw', '--features']);
  expect(() => refuseUnreadFeatures(TINY, options)).not.toThrow();
  expect(() => refuseUnreadFeatures({ ...TINY, tasks: {} }, options)).toThrow(
    '--features needs a head that reads them; "tiny" is a plain backbone, of which only the attention is computed.',
  );
});

test('every network of a pack, for the input of a 4:3 photo and the prompts of its head', () => {
  const size = workingSize({ ...TINY, working: { longSide: 256, multiple: 64 } });
  expect(size).toEqual({ width: 256, height: 192 });
  const text = TINY.text && { ...TINY.text, maxTokens: 77 };
  const graphs = packGraphs({ ...TINY, ...(text ? { text } : {}) }, size);
  expect([...graphs.keys()].join(' ')).toBe(
    'vae-encoder text-encoder depth refer refer-head segment segment-head attention',
  );
  expect(graphs.get('text-encoder')).toMatchObject({ tokens: TINY.tasks.refer?.tokens });
  const attention = (width: number) => packGraphs(TINY, { width, height: 512 }).get('attention');
  expect(attention(1024), '64×32 cells').toMatchObject({ selfLevels: [1] });
  expect(attention(1088), 'more cells take too much memory').toMatchObject({ selfLevels: [2] });
});

test('a backbone without a text encoder has an eps graph with one token', () => {
  const { text: _, ...mute } = TINY;
  const graphs = packGraphs({ ...mute, tasks: {}, unet: { ...TINY.unet, eps: true } }, { width: 64, height: 64 });
  expect([...graphs.keys()]).toEqual(['vae-encoder', 'eps']);
  expect(graphs.get('eps')).toEqual({ graph: 'eps', width: 64, height: 64, tokens: 1 });
});

test('parses sizes, and refuses other texts', () => {
  expect(parseSize('640x512')).toEqual({ width: 640, height: 512 });
  for (const text of ['640', '640x', 'x', '-1x5', '1e3x2'])
    expect(() => parseSize(text)).toThrow(`--size is "${text}"; it must be WIDTHxHEIGHT in pixels, e.g. 512x384.`);
});
