/** Checkpoints that cannot be converted, for the tests, each with the expected error code and message. */

import type { ErrorCode } from '../../errors.ts';
import type { TensorSource } from '../../weights/source.ts';
import { makeSource } from '../../weights/source.ts';
import { changed } from './changed.ts';

type HostileCheckpoint = readonly [
  what: string,
  sources: () => readonly TensorSource[],
  code: ErrorCode,
  message: string,
];

/** A checkpoint with these tensor names, all of shape [1]. */
const named = (...names: readonly string[]): TensorSource =>
  makeSource({
    name: 'w',
    format: 'test',
    bytes: 4,
    tensors: new Map(names.map((name) => [name, { name, dtype: 'F32', shape: [1], bytes: 4 }])),
    readInfo: async () => new Uint8Array(4),
  });
const gamma = 'encoder.gamma';
const native = (config: string): TensorSource => changed(named('a'), { metadata: { vpd_config: config } });

/** @param fixture returns the small checkpoint of a family */
export const hostileCheckpoints = (
  fixture: (name: 'depth' | 'refer' | 'segment' | 'sd') => TensorSource,
): readonly HostileCheckpoint[] => [
  ['nothing', () => [], 'bad-request', 'No checkpoint was given.'],
  [
    'an unknown family',
    () => [named('bert.layer.0', 'bert.layer.1', 'c', 'd')],
    'unsupported',
    'w is neither a VPD nor a Stable Diffusion v1 checkpoint: none of its 4 tensors (bert.layer.0, bert.layer.1, c, …) has a name that is typical of one.',
  ],
  [
    'a LoRA',
    () => [named('lora_unet_down_blocks_0.alpha')],
    'unsupported',
    'w is a LoRA, which holds only changes to a model; merge it into a checkpoint first.',
  ],
  [
    'Stable Diffusion XL',
    () => [named('model.diffusion_model.input_blocks.0.0.weight', 'conditioner.embedders.0.x')],
    'unsupported',
    'w is Stable Diffusion XL; only Stable Diffusion v1 has the architecture of VPD.',
  ],
  [
    'diffusers layout',
    () => [named('down_blocks.0.resnets.0.conv1.weight')],
    'unsupported',
    'w is a model in diffusers layout; convert takes the single-file layout of Stable Diffusion v1 (model.diffusion_model.…).',
  ],
  [
    'two tasks',
    () => [fixture('depth'), fixture('refer')],
    'unsupported',
    'depth.pth (vpd-depth) and refer.pth (vpd-refer) each have their own fine-tuned UNet. Convert them one by one.',
  ],
  [
    'two Stable Diffusions',
    () => [fixture('sd'), fixture('sd')],
    'bad-request',
    'sd.pth is one Stable Diffusion checkpoint too many for sd.pth. Leave it out.',
  ],
  [
    'two Stable Diffusions for one task',
    () => [fixture('refer'), fixture('sd'), fixture('sd')],
    'bad-request',
    'sd.pth is one Stable Diffusion checkpoint too many for refer.pth. Leave it out.',
  ],
  [
    'Stable Diffusion for a model of ours, which has its own text encoder',
    () => [native('{}'), fixture('sd')],
    'bad-request',
    'sd.pth is one Stable Diffusion checkpoint too many for w. Leave it out.',
  ],
  [
    'an inpainting model',
    () => [
      changed(fixture('sd'), {
        shape: ({ name, shape }) => (/diffusion_model\.input_blocks\.0\.0\.weight$/.test(name) ? [32, 9, 3, 3] : shape),
      }),
    ],
    'unsupported',
    'The UNet takes 9 channels and the VAE gives 4: inpainting and depth-conditioned models are not VPD backbones.',
  ],
  [
    'the text encoder of another Stable Diffusion',
    () => [
      fixture('refer'),
      changed(fixture('sd'), {
        shape: ({ name, shape }) => (name.endsWith('token_embedding.weight') ? [49_408, 128] : shape),
      }),
    ],
    'unsupported',
    'The text encoder is 128 wide and the UNet takes 64: the two checkpoints do not belong together.',
  ],
  [
    'a name that is typical of Stable Diffusion, and no other tensor',
    () => [named('model.diffusion_model.x')],
    'bad-file',
    'The checkpoint has no tensor vae.encoder.conv_in.weight, which is needed to know the sizes of the model.',
  ],
  [
    'a tensor that is missing',
    () => [changed(fixture('depth'), { rename: (name) => (name === gamma ? undefined : name) })],
    'bad-file',
    'depth.pth lacks 1 tensor (depth.gamma) of a vpd-depth checkpoint.',
  ],
  [
    'tensors that the family does not have',
    () => [changed(fixture('depth'), { extra: ['encoder.extra', 'surprise'] })],
    'bad-file',
    'depth.pth has 2 tensors (encoder.extra, surprise) that a vpd-depth checkpoint does not have.',
  ],
  [
    'tensors that the networks of Stable Diffusion do not have',
    () => [changed(fixture('sd'), { extra: ['model.diffusion_model.extra', 'first_stage_model.encoder.extra'] })],
    'bad-file',
    'sd.pth has 2 tensors (model.diffusion_model.extra, first_stage_model.encoder.extra) that a sd-v1 checkpoint does not have.',
  ],
  [
    'a tensor of another shape',
    () => [changed(fixture('depth'), { shape: (info) => (info.name === gamma ? [8, 8] : info.shape) })],
    'bad-file',
    'depth.pth: tensor encoder.gamma has shape [8, 8] and the model needs [64].',
  ],
  ...(
    [
      ['encoder.unet.unet.diffusion_model.input_blocks.1.0.emb_layers.1.weight', [32, 64], [32, 128], ''],
      ['encoder.unet.unet.diffusion_model.input_blocks.1.0.emb_layers.1.bias', [31], [32], ''],
      ['encoder.unet.unet.diffusion_model.time_embed.2.weight', [128, 64], [128, 128], ', and 21 more do not fit'],
      ['encoder.encoder_vq.quant_conv.weight', [6, 8, 1, 1], [4, 8, 1, 1], ''],
      ['decoder.deconv_layers.1.running_var', [31], [32], ', and 1 more do not fit'],
      ['decoder.conv_layers.1.weight', [7], [192], ', and 1 more do not fit'],
    ] as const
  ).map(
    ([name, found, needed, others]): HostileCheckpoint => [
      `another shape of ${name}`,
      () => [changed(fixture('depth'), { shape: (info) => (info.name === name ? found : info.shape) })],
      'bad-file',
      `depth.pth: tensor ${name} has shape [${found.join(', ')}] and the model needs [${needed.join(', ')}]${others}.`,
    ],
  ),
  [
    'an odd number of moments',
    () => [
      changed(fixture('depth'), {
        shape: ({ name, shape }) => (name.endsWith('encoder.conv_out.weight') ? [7, ...shape.slice(1)] : shape),
      }),
    ],
    'unsupported',
    'The checkpoint’s number of latent channels is 3.5; a whole number was expected.',
  ],
  [
    'a head without attention maps',
    () => [
      changed(fixture('refer'), {
        shape: ({ name, shape }) => (name === 'classifier.conv1_4.weight' ? [32, 129, 3, 3] : shape),
      }),
    ],
    'bad-file',
    'classifier.conv1_4 takes 129 channels, which leaves 1 for attention maps in addition to the 128 of the features.',
  ],
  [
    'a hundred million scenes',
    () => [
      changed(fixture('depth'), {
        shape: ({ name, shape }) => (name === 'encoder.class_embeddings' ? [100_000_000, 0] : shape),
      }),
    ],
    'bad-file',
    'The checkpoint’s class_embeddings have 100000000 rows, more than the 10000 that a pack may have: the file is damaged or of another kind.',
  ],
  [
    'more classes than one byte can number',
    () => [
      changed(fixture('segment'), {
        shape: ({ name, shape }) => (name === 'class_embeddings' ? [256, ...shape.slice(1)] : shape),
      }),
    ],
    'unsupported',
    'The checkpoint has 256 classes and a pack may have 255, because the class of a pixel is one byte. Convert a checkpoint of fewer classes.',
  ],
  [
    'a layer of a million channels',
    () => [
      changed(fixture('depth'), {
        shape: ({ name, shape }) => (name === 'decoder.conv_layers.0.weight' ? [1_000_000, 1, 1, 1] : shape),
      }),
    ],
    'unsupported',
    'depth.pth gives a model that no pack may hold (tasks.depth.head.channels: Invalid value: Expected <=16384 but received 1000000). Check the options; if they are right, the file is damaged or of another kind.',
  ],
  [
    'a NaN',
    () => [
      changed(fixture('depth'), {
        values: (name, values) => (name === gamma ? values.map((v, i) => (i === 3 ? Number.NaN : v)) : values),
      }),
    ],
    'bad-file',
    'Weight 3 of depth.gamma is NaN: the checkpoint is damaged or its training diverged.',
  ],
  [
    'a negative variance',
    () => [
      changed(fixture('depth'), {
        values: (name, values) => (name === 'decoder.conv_layers.1.running_var' ? values.map(() => -1) : values),
      }),
    ],
    'bad-file',
    'Weight 0 of depth.head.conv_layers.0.weight is NaN: the checkpoint is damaged or its training diverged.',
  ],
  [
    'another tokenizer',
    () => [changed(fixture('sd'), { shape: (info) => (/token_embedding/.test(info.name) ? [100, 64] : info.shape) })],
    'unsupported',
    'The text encoder has 100 token embeddings where CLIP has 49408: its tokenizer is another one.',
  ],
  ['a config of ours that is not JSON', () => [native('{')], 'bad-file', 'w: vpd_config in its metadata is not JSON.'],
  [
    'a config of ours without sizes',
    () => [native('{"family": "tiny", "name": "x"}')],
    'bad-file',
    'w: vpd_config in its metadata is malformed at vae: Invalid key: Expected "vae" but received undefined.',
  ],
];
