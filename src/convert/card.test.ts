import { expect, test } from 'vitest';
import { type FixtureName, SMALL_HEADS, smallFixture } from '../../fixtures/small.ts';
import type { VpdConfig } from '../vpd/config.ts';
import { storedForm, type WeightScheme } from '../weights/quantize/stored-form.ts';
import { storedParameters } from '../weights/quantize/stored-parameters.ts';
import { modelCard } from './card.ts';
import { type ConversionPlan, planConversion } from './plan.ts';

const plan = (...names: FixtureName[]): ConversionPlan => planConversion(names.map(smallFixture), SMALL_HEADS);
const line = (of: ConversionPlan, weights: WeightScheme): string =>
  /- Stored as (.*);/.exec(modelCard(of, weights, 0))?.[1] ?? '';

test('the card describes how the weights of its pack are stored', () => {
  expect(line(plan('depth'), 'q4')).toBe(
    'q4: linear layers and convolutions in 4 bits (blocks of 32), the autoencoder, the UNet’s first and last blocks and the depth head in 8 bits, transposed convolutions in float16, the rest in float32',
  );
  // The refer head, with 39 million weights, is in 4 bits.
  expect(line(plan('refer', 'sd'), 'q4')).toBe(
    'q4: linear layers and convolutions in 4 bits (blocks of 32), the autoencoder, the UNet’s first and last blocks and the vocabulary in 8 bits, the rest in float32',
  );
  expect(line(plan('segment'), 'q8')).toBe(
    'q8: linear layers in 8 bits (blocks of 32), convolutions in 8 bits per output channel, the rest in float32',
  );
  expect(line(plan('depth'), 'q8')).toBe(
    'q8: linear layers in 8 bits (blocks of 32), convolutions in 8 bits per output channel, transposed convolutions in float16, the rest in float32',
  );
  expect(line(plan('depth'), 'f32')).toBe('f32: everything in float32');
});

test.each(['depth', 'refer', 'segment', 'sd'] as const)(
  '%s in q4: the card lists exactly the parameters in 8 bits',
  (name) => {
    const { config }: { config: VpdConfig } = plan(name);
    const kept =
      /^(vae\.|unet\.(out|input_blocks\.[0-2]|output_blocks\.(9|10|11))\.|(depth|segment)\.head\.|text\.embeddings\.)/;
    for (const parameter of storedParameters(config)) {
      const form = storedForm(parameter, 'q4');
      const four = form.kind === 'nibbles' || (form.kind === 'blocks' && form.bits === 4);
      const eight = form.kind === 'channels' || (form.kind === 'blocks' && form.bits === 8);
      if (four) expect(parameter.name).not.toMatch(kept);
      if (eight) expect(parameter.name).toMatch(kept);
      if (form.kind === 'f16') expect(parameter.kind).toBe('deconv');
    }
  },
);
