import { expect, test } from 'vitest';
import { TINY } from '../../engine/testing/tiny-model.ts';
import { storedParameters } from './stored-parameters.ts';

test('the 4-bit scheme stores the autoencoder, the ends of the UNet and all heads but the referring one in 8 bits', () => {
  const config = { ...TINY, unet: { ...TINY.unet, blocks: 2, eps: true } };
  const parts = new Map<string, Set<boolean>>();
  for (const { name, delicate } of storedParameters(config)) {
    const part =
      /^(vae|text|\w+\.head|unet\.(?:(?:in|out)put_blocks\.\d+|middle_block|out)|\w+)\b/.exec(name)?.[1] ?? name;
    parts.set(part, (parts.get(part) ?? new Set()).add(delicate));
  }
  const delicate = [...parts].filter(([, values]) => values.has(true));
  expect(delicate.every(([, values]) => values.size === 1)).toBe(true);
  expect(delicate.map(([part]) => part)).toEqual([
    'vae',
    'unet.input_blocks.0',
    'unet.input_blocks.1',
    'unet.input_blocks.2',
    'unet.output_blocks.9',
    'unet.output_blocks.10',
    'unet.output_blocks.11',
    'unet.out',
    'depth.head',
  ]);
});
