/** Packs that cannot be opened, for the tests: changes of a valid depth pack in f16, each with the expected error code and message. */

import type { ErrorCode } from '../../errors.ts';
import type { PackConfig } from '../../weights/pack/pack-config.ts';
import { sha256OfBlob } from '../../weights/sha256.ts';
import { f32 } from '../../weights/testing/hostile-files.ts';

type HostilePack = readonly [
  what: string,
  change: (files: Map<string, Blob>, config: PackConfig) => void | Promise<void>,
  code: ErrorCode,
  message: string,
];
const json = (value: unknown): Blob => new Blob([JSON.stringify(value)]);
/** The only weight file of the valid pack. */
export const WEIGHTS = 'model.safetensors';

/** Replaces the weights by a file with this header, and its size and hash in the config. */
async function oneTensor(files: Map<string, Blob>, config: PackConfig, header: object, bytes: number): Promise<void> {
  const text = JSON.stringify(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  const blob = new Blob([length, text, new Uint8Array(bytes)]);
  files.set(WEIGHTS, blob);
  const file = { bytes: blob.size, sha256: await sha256OfBlob(WEIGHTS, blob) };
  files.set('config.json', json({ ...config, files: { ...config.files, [WEIGHTS]: file } }));
}

/** Adds a semantic task to the config. */
const withClasses = ({ tasks, ...config }: PackConfig, classes: number, outputs: number): object => {
  const head = { kind: 'fpn', channels: 8, headChannels: 8, outputs };
  const names = Array.from({ length: classes }, (_, i) => `${i}`);
  return { ...config, tasks: { ...tasks, segment: { head, maps: [1, 2], context: 'classes', classes: names } } };
};

export const HOSTILE_PACKS: readonly HostilePack[] = [
  [
    'no config',
    (files) => void files.delete('config.json'),
    'missing',
    'The pack has no config.json. Choose all files of its folder.',
  ],
  [
    'a config that is not JSON',
    (files) => void files.set('config.json', new Blob(['{'])),
    'bad-file',
    'config.json is not JSON.',
  ],
  [
    'a config.json of another program',
    (files) => void files.set('config.json', json({ model_type: 'clip' })),
    'bad-file',
    'config.json is not that of a pack of this project (no "format": "vpd-pack").',
  ],
  [
    'a config of a newer schema',
    (files, config) => void files.set('config.json', json({ ...config, schema: 3 })),
    'unsupported',
    'config.json has schema 3 and this version reads 1 and 2. Convert the checkpoint again or update the program.',
  ],
  [
    'the 4-bit layout of schema 1',
    (files, config) => void files.set('config.json', json({ ...config, schema: 1, weights: 'q4' })),
    'unsupported',
    'config.json has schema 1 with q4 weights, whose layout has changed since. Convert the checkpoint again.',
  ],
  [
    'a path out of the folder',
    (files, config) =>
      void files.set('config.json', json({ ...config, files: { '../x.safetensors': config.files[WEIGHTS] } })),
    'bad-file',
    'config.json is malformed at files.../x.safetensors: “../x.safetensors” is not a plain file name.',
  ],
  [
    'a file with the name of the shelf’s own entry',
    (files, config) =>
      void files.set(
        'config.json',
        json({ ...config, files: { ...config.files, 'Shelf.json': config.files[WEIGHTS] } }),
      ),
    'bad-file',
    'config.json is malformed at files.Shelf.json: “Shelf.json” is reserved: a stored pack has another file of that name.',
  ],
  [
    'a config that lists itself',
    (files, config) =>
      void files.set(
        'config.json',
        json({ ...config, files: { ...config.files, 'config.json': config.files[WEIGHTS] } }),
      ),
    'bad-file',
    'config.json is malformed at files.config.json: “config.json” is reserved: a stored pack has another file of that name.',
  ],
  [
    'a billion channels',
    (files, config) => void files.set('config.json', json({ ...config, unet: { ...config.unet, channels: 1e9 } })),
    'bad-file',
    'config.json is malformed at unet.channels: Invalid value: Expected <=16384 but received 1000000000.',
  ],
  [
    'windows of a thousand pixels',
    (files, config) =>
      void files.set(
        'config.json',
        json({
          ...config,
          tasks: { ...config.tasks, depth: { ...config.tasks.depth, guided: { radius: 500, epsilon: 0.01 } } },
        }),
      ),
    'bad-file',
    'config.json is malformed at tasks.depth.guided.radius: Invalid value: Expected <=32 but received 500.',
  ],
  [
    'a text of sixteen thousand tokens',
    (files, config) =>
      void files.set(
        'config.json',
        json({ ...config, text: { width: 8, layers: 1, heads: 1, mlp: 8, maxTokens: 16_384 } }),
      ),
    'bad-file',
    'config.json is malformed at text.maxTokens: Invalid value: Expected <=1024 but received 16384.',
  ],
  [
    'a photo of sixteen thousand pixels a side',
    (files, config) => void files.set('config.json', json({ ...config, working: { longSide: 16_384, multiple: 64 } })),
    'bad-file',
    'config.json is malformed at working.longSide: Invalid value: Expected <=2048 but received 16384.',
  ],
  [
    'sixty-four blocks a level',
    (files, config) => void files.set('config.json', json({ ...config, unet: { ...config.unet, blocks: 64 } })),
    'bad-file',
    'config.json is malformed at unet.blocks: Invalid value: Expected <=8 but received 64.',
  ],
  [
    'more classes than one byte can number',
    (files, config) => void files.set('config.json', json(withClasses(config, 256, 150))),
    'bad-file',
    'config.json is malformed at tasks.segment.classes: Invalid length: Expected <=255 but received 256.',
  ],
  [
    'more outputs than one byte can number',
    (files, config) => void files.set('config.json', json(withClasses(config, 150, 256))),
    'bad-file',
    'config.json is malformed at tasks.segment: expected at most 255 outputs of the head but received 256.',
  ],
  [
    'both kinds of heads',
    (files, config) => void files.set('config.json', json({ ...config, unet: { ...config.unet, headChannels: 8 } })),
    'bad-file',
    'config.json is malformed at unet: exactly one of heads and headChannels must be given.',
  ],
  [
    'no weights',
    (files) => void files.delete(WEIGHTS),
    'missing',
    'The pack’s model.safetensors is not among the files. Choose all files of its folder.',
  ],
  [
    'cut weights',
    (files) => void files.set(WEIGHTS, (files.get(WEIGHTS) ?? new Blob()).slice(0, 1000)),
    'bad-file',
    'model.safetensors has 1000 bytes and config.json says BYTES: it is truncated or of another pack. Download it again.',
  ],
  [
    'missing tensors',
    (files, config) => oneTensor(files, config, { 'depth.gamma': f32(0, 256) }, 256),
    'bad-file',
    'The pack lacks 703 tensors (vae.encoder.conv_in.weight, vae.encoder.conv_in.bias, vae.encoder.down.0.block.0.norm1.weight, vae.encoder.down.0.block.0.norm1.bias, vae.encoder.down.0.block.0.conv1.weight and 698 more) that its config asks for.',
  ],
  [
    'a tensor of another shape',
    (files, config) => oneTensor(files, config, { 'depth.gamma': f32(0, 256, [8, 8]) }, 256),
    'bad-file',
    'model.safetensors: tensor depth.gamma is F32 [8, 8] and the config asks for F32 [64].',
  ],
  [
    'a tensor of a type that packs do not have',
    (files, config) =>
      oneTensor(files, config, { 'depth.gamma': { dtype: 'BF16', shape: [64], data_offsets: [0, 128] } }, 128),
    'bad-file',
    'model.safetensors: tensor depth.gamma is BF16, which no pack holds. Convert the checkpoint again.',
  ],
  [
    'other weights than the config says',
    (files, config) => void files.set('config.json', json({ ...config, weights: 'f32' })),
    'bad-file',
    'model.safetensors: tensor vae.encoder.down.0.block.0.conv1.weight is F16 [32, 32, 3, 3] and the config asks for F32 [32, 32, 3, 3].',
  ],
  [
    'tensors that the config does not know',
    (files, config) => void files.set('config.json', json({ ...config, tasks: {} })),
    'bad-file',
    'The pack holds 30 tensors (depth.text_adapter.fc.0.weight, depth.text_adapter.fc.0.bias, depth.text_adapter.fc.2.weight, depth.text_adapter.fc.2.bias, depth.gamma and 25 more) that its config does not know.',
  ],
  [
    'a flipped bit',
    async (files) => {
      const bytes = new Uint8Array(await (files.get(WEIGHTS) ?? new Blob()).arrayBuffer());
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      files.set(WEIGHTS, new Blob([bytes]));
    },
    'bad-file',
    'model.safetensors has sha256 FOUND and config.json says EXPECTED: it is damaged. Download it again.',
  ],
];
