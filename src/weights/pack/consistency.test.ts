import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NATIVE_KEY } from '../../convert/detect.ts';
import { readNative } from '../../convert/native.ts';
import { TINY, tinyPackFiles } from '../../engine/testing/tiny-model.ts';
import { VpdError } from '../../errors.ts';
import type { TextConfig, VpdConfig } from '../../vpd/config.ts';
import type { TensorSource } from '../source.ts';
import { parsePackConfig } from './pack-config.ts';
import { configIssue } from './vpd-schema.ts';

const { vae, unet, tasks } = TINY;
const { depth, refer, segment } = tasks;
const { text } = TINY;
if (!depth || !refer || !segment || !text || depth.head.kind !== 'deconv')
  throw new Error('The tiny model has all tasks and a text encoder.');
const deconv = depth.head;
const { heads: _, ...headless } = unet;

const withUnet = (change: object): VpdConfig => ({ ...TINY, unet: { ...unet, ...change } });
const withText = (change: Partial<TextConfig>): VpdConfig => ({ ...TINY, text: { ...text, ...change } });
const withDepth = (change: object): VpdConfig => ({ ...TINY, tasks: { ...tasks, depth: { ...depth, ...change } } });
const withFeature = (level: number, path: string) => withUnet({ features: unet.features.with(level, path) });

const TABLE: readonly (readonly [VpdConfig, string])[] = [
  [withUnet({ groups: 64 }), 'unet.groups: 64 groups do not divide 8 channels'],
  [withUnet({ groups: 24, mult: [3, 3, 3, 3] }), 'unet.groups: 24 groups do not divide 8 channels'],
  [{ ...TINY, vae: { ...vae, groups: 24, mult: [3, 3, 3, 3] } }, 'vae.groups: 24 groups do not divide 8 channels'],
  [withUnet({ heads: 3 }), 'unet.heads: 3 heads do not divide 8 channels'],
  [
    { ...TINY, unet: { ...headless, headChannels: 24 } },
    'unet.headChannels: 8 channels do not divide into heads of 24',
  ],
  [withUnet({ latent: 8 }), 'unet.latent: the UNet takes 8 channels and the VAE gives 4'],
  [withUnet({ features: unet.features.slice(1) }), 'unet.features: 3 of them for 4 levels; one for each was expected'],
  [withUnet({ crossAttention: [true] }), 'unet.crossAttention: 1 of them for 4 levels; one for each was expected'],
  [withFeature(1, 'output_blocks.99'), 'unet.features.1: “output_blocks.99” is not part of this UNet'],
  [
    withFeature(1, 'output_blocks.5'),
    'unet.features.1: “output_blocks.5” has 8 channels on level 0 where 8 on level 1 were expected',
  ],
  [{ ...TINY, vae: { ...vae, groups: 5 } }, 'vae.groups: 5 groups do not divide 8 channels'],
  [
    { ...TINY, vae: { ...vae, patch: 2 } },
    'vae: a patch of 2 px and 4 levels give a latent of 1/16 of the photo where 1/8 was expected',
  ],
  [withText({ heads: 3 }), 'text.heads: 3 heads do not divide 8 channels'],
  [withText({ width: 16 }), 'text.width: the text encoder gives 16 channels and the UNet takes 8'],
  [withText({ maxTokens: 5 }), 'tasks.refer.tokens: 6 of them, and the text encoder takes 5'],
  [
    { ...TINY, working: { longSide: 128, multiple: 8 } },
    'working.multiple: 8 px do not halve evenly on 4 levels; it must be a multiple of 64',
  ],
  [withDepth({ maps: [1] }), 'tasks.depth.maps: level 1 gives no maps, because it has only one token'],
  [
    { ...TINY, tasks: { refer: { ...refer, maps: [3] } } },
    'tasks.refer.maps: level 3 gives no maps, because it has no cross-attention',
  ],
  [withDepth({ head: { ...deconv, groups: 3 } }), 'tasks.depth.head.groups: 3 groups do not divide 8 channels'],
  [
    { ...TINY, tasks: { refer: { ...refer, maps: [0], head: { ...deconv, outputs: 2 } } } },
    'tasks.refer.head.groups: 4 groups do not divide 14 channels',
  ],
  [withDepth({ head: { ...deconv, deconv: [8, 8] } }), 'tasks.depth.head.deconv: 2 stages where 3 were expected'],
  [
    { ...TINY, tasks: { segment: { ...segment, classes: ['wall', 'floor'] } } },
    'tasks.segment.head.outputs: 3 of them where 2 were expected',
  ],
];

/** A checkpoint of our own training, with its config only. */
const native = (config: VpdConfig): TensorSource => ({
  name: 'w',
  format: 'safetensors',
  bytes: 0,
  metadata: { [NATIVE_KEY]: JSON.stringify(config) },
  tensors: new Map(),
  notes: [],
  read: () => Promise.reject(new Error('Only the config is read.')),
  readF32: () => Promise.reject(new Error('Only the config is read.')),
});

test.each(TABLE)('a config that contradicts itself: %#', async (config, issue) => {
  expect(configIssue(config)).toBe(issue);
  const pack = JSON.parse((await tinyPackFiles()).config);
  expect(() => parsePackConfig(JSON.stringify({ ...pack, ...config }))).toThrow(
    new VpdError('bad-file', `config.json is malformed at ${issue}.`),
  );
  expect(() => readNative(native(config))).toThrow(`is malformed at ${issue}.`);
});

test('consistent configs are accepted: all tasks, the embedded pack, a backbone with two levels', () => {
  expect(configIssue(TINY)).toBeUndefined();
  const embedded = readFileSync(join(import.meta.dirname, '../../../models/tiny/config.json'), 'utf8');
  expect(configIssue(parsePackConfig(embedded))).toBeUndefined();
  const backbone: VpdConfig = {
    ...TINY,
    unet: {
      ...unet,
      mult: [1, 2],
      crossAttention: [true, true],
      selfAttention: [false, true],
      features: ['output_blocks.3', 'output_blocks.1.0'],
      eps: true,
    },
    tasks: {},
    working: { longSide: 128, multiple: 16 },
  };
  expect(configIssue(backbone)).toBeUndefined();
});

test('a prompt has room for its start and its end', () => {
  expect(configIssue({ ...TINY, tasks: { refer: { ...refer, tokens: 1, maps: [] } } })).toBe(
    'tasks.refer.tokens: Invalid value: Expected >=2 but received 1',
  );
});

test('sizes beyond their limits are reported before a network is built from them', () => {
  const mult = new Array<number>(1e6).fill(1);
  expect(configIssue(withUnet({ mult, blocks: 1e9 }))).toBe(
    'unet.mult: Invalid length: Expected <=8 but received 1000000',
  );
});
