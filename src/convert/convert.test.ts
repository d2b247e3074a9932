import { describe, expect, it } from 'vitest';
import type { FixtureName } from '../../fixtures/small.ts';
import { FIXTURES, SMALL_HEADS, smallFixture } from '../../fixtures/small.ts';
import { openPack, verifyPack } from '../weights/pack/pack.ts';
import { storedParameters } from '../weights/quantize/stored-parameters.ts';
import type { FileSink } from '../weights/sink.ts';
import type { TensorInfo } from '../weights/source.ts';
import { memorySink } from '../weights/testing/memory-sink.ts';
import { readTensorF32 } from '../weights/testing/read-tensor.ts';
import { ADE20K_CLASSES } from './ade20k.ts';
import { convert, packFileNames } from './convert.ts';
import { placeName } from './names.ts';
import type { ConversionPlan } from './plan.ts';
import { planConversion, plannedBytes } from './plan.ts';
import { NYU_SCENES } from './scenes.ts';
import { planShards } from './shards.ts';
import { changed } from './testing/changed.ts';

const plan = (name: FixtureName): ConversionPlan => planConversion([smallFixture(name)], SMALL_HEADS);
const referWithText = (): ConversionPlan => planConversion([smallFixture('refer'), smallFixture('sd')], SMALL_HEADS);

/** Number of dropped tensors by reason. */
function reasons({ dropped }: ConversionPlan): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of dropped) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

describe('fixtures', () => {
  it('are filled as documented', async () => {
    const values = await smallFixture('refer').readF32('unet.unet.diffusion_model.time_embed.0.weight');
    expect([...values.slice(0, 4)]).toEqual(
      [-0.2687136232852936, 0.023727238178253174, -0.11527425795793533, -0.20227207243442535].map(Math.fround),
    );
  });
});

describe('planConversion', () => {
  it.each(FIXTURES)('%s: every tensor is mapped or dropped for a reason', (name) => {
    const { missing, unknown, wrong, sources, targets, dropped } = plan(name);
    expect({ missing, unknown, wrong }).toEqual({ missing: [], unknown: [], wrong: [] });
    const used = new Set(targets.flatMap(({ recipe }) => recipe.uses));
    expect(used.size + dropped.length).toBe(sources[0]?.tensors.size);
  });

  it('derives the sizes from the shapes', () => {
    const { config, family } = plan('depth');
    expect(family).toBe('vpd-depth');
    expect(config.vae).toEqual({
      channels: 32,
      mult: [1, 1, 2, 2],
      blocks: 2,
      latent: 4,
      patch: 1,
      midAttention: true,
      groups: 32,
    });
    expect(config.unet).toEqual({
      channels: 32,
      mult: [1, 1, 2, 2],
      blocks: 2,
      context: 64,
      latent: 4,
      heads: 4,
      crossAttention: [true, true, true, false],
      selfAttention: [true, true, true, false],
      ffMult: 4,
      groups: 32,
      features: ['output_blocks.11', 'output_blocks.7', 'output_blocks.4', 'output_blocks.1'],
    });
    expect(config.tasks.depth).toEqual({
      context: 'scene',
      scenes: NYU_SCENES,
      maxDepth: 10,
      maps: [],
      head: { kind: 'deconv', aggregate: 128, deconv: [32, 32, 32], channels: 192, groups: 16, outputs: 1 },
    });
    expect(config.working).toEqual({ longSide: 512, multiple: 64 });
  });

  it('derives the configs of the other tasks', () => {
    expect(plan('refer').config.tasks).toEqual({
      refer: {
        context: 'text',
        tokens: 40,
        maps: [1, 2],
        head: { kind: 'topdown', hidden: 32, refine: [], outputs: 2 },
      },
    });
    expect(plan('segment').config.tasks).toEqual({
      segment: {
        context: 'classes',
        classes: ADE20K_CLASSES,
        maps: [1, 2],
        head: { kind: 'fpn', channels: 32, headChannels: 32, outputs: 150 },
      },
    });
    const { config } = plan('sd');
    expect(config.tasks).toEqual({});
    expect(config.unet.eps).toBe(true);
    expect(config.text).toEqual({ width: 64, layers: 2, heads: 4, mlp: 256, maxTokens: 77 });
  });

  it('gives a reason for every dropped tensor', () => {
    expect(reasons(plan('depth'))).toEqual({
      'the autoencoder’s decoder, which only image generation needs': 2,
      'counters of BatchNorm training steps': 4,
      'queries and keys, which have no effect: with one context token the softmax is exactly 1': 64,
    });
    expect(reasons(plan('refer'))).toEqual({
      'the autoencoder’s decoder, which only image generation needs': 2,
      'counters of BatchNorm training steps': 6,
      'the noise prediction, which perception does not use': 4,
    });
  });

  it('drops tensors outside the networks of Stable Diffusion', () => {
    const source = changed(smallFixture('sd'), { extra: ['denoiser.sigmas', 'control_model.x'] });
    const { missing, unknown, wrong, dropped } = planConversion([source], SMALL_HEADS);
    expect({ missing, unknown, wrong }).toEqual({ missing: [], unknown: [], wrong: [] });
    const reason = 'tensors outside the three networks of Stable Diffusion';
    expect(dropped.filter((each) => each.reason === reason)).toEqual(
      ['denoiser.sigmas', 'control_model.x'].map((name) => ({ source: 'sd.pth', name, reason })),
    );
  });

  it('takes only CLIP from the Stable Diffusion checkpoint', () => {
    const both = referWithText();
    expect(both.config.text?.layers).toBe(2);
    expect(both.config.tasks.refer?.tokens).toBe(40);
    expect(both.notes).toEqual([]);
    expect(reasons(both)['taken from refer.pth, which fine-tuned it']).toBeGreaterThan(700);
    expect(plan('refer').notes).toEqual([
      'No text encoder: give the Stable Diffusion v1 checkpoint as a second file to take its CLIP, else prompts cannot be read.',
    ]);
    const rename = (name: string) => (name.startsWith('cond_stage_model.') ? undefined : name);
    const bare = planConversion([changed(smallFixture('sd'), { rename })], SMALL_HEADS);
    expect(bare.config.text).toBeUndefined();
    expect(bare.notes).toEqual([
      'No text encoder: prompts cannot be read. Give the whole Stable Diffusion v1 checkpoint, which holds its CLIP.',
    ]);
  });

  it('assumes what shapes do not show as Stable Diffusion v1 has it', () => {
    const { unet, text } = planConversion([smallFixture('sd')]).config;
    expect([unet.heads, unet.latentScale, text?.heads]).toEqual([8, 0.18215, 64 / 64]);
  });

  it('takes 1×1 convolutions that were stored as matrices', () => {
    const shape = ({ name, shape }: TensorInfo) => (/\.attn_1\.\w+\.weight$/.test(name) ? shape.slice(0, 2) : shape);
    expect(planConversion([changed(smallFixture('sd'), { shape })], SMALL_HEADS).wrong).toEqual([]);
  });

  it('numbers scenes that are not NYU’s', () => {
    const shape = ({ name, shape }: TensorInfo) => (name === 'encoder.class_embeddings' ? [2, 64] : shape);
    const { tasks } = planConversion([changed(smallFixture('depth'), { shape })], SMALL_HEADS).config;
    expect(tasks.depth?.scenes).toEqual(['scene 1', 'scene 2']);
  });

  it('takes no text encoder for a task that reads no text', () => {
    const both = planConversion([smallFixture('depth'), smallFixture('sd')], SMALL_HEADS);
    expect(both.config.text).toBeUndefined();
    expect(reasons(both)['depth.pth needs no text encoder']).toBeGreaterThan(700);
  });

  // The small checkpoints have none of these.
  it.each([
    [
      'vpd-depth',
      'encoder.sd_model.model.diffusion_model.out.0.bias',
      { drop: /a copy of the Stable Diffusion model/ },
    ],
    ['vpd-refer', 'sd_model.alphas_cumprod_prev', { drop: /buffers of the noise schedule/ }],
    ['vpd-segment', 'auxiliary_head.conv_seg.weight', { drop: /during training only/ }],
    ['sd-v1', 'model_ema.decay', { drop: /moving average/ }],
    ['sd-v1', 'scale_factor', { drop: /buffers of the noise schedule/ }],
    ['sd-v1', 'first_stage_model.loss.logvar', { drop: /training loss/ }],
    ['sd-v1', 'cond_stage_model.logit_scale', { drop: /parts of CLIP/ }],
    ['sd-v1', 'cond_stage_model.transformer.text_model.embeddings.position_ids', { drop: /0, 1, 2/ }],
    ['sd-v1', 'cond_stage_model.transformer.final_layer_norm.bias', { name: /^text\.final_layer_norm\.bias$/ }],
  ] as const)('%s: %s', (family, name, place) => {
    expect(placeName(name, family)).toEqual(
      'drop' in place ? { drop: expect.stringMatching(place.drop) } : { name: expect.stringMatching(place.name) },
    );
  });

  it.each(['depth', 'refer', 'segment'] as const)('strips the prefix of data-parallel training from %s', (task) => {
    const source = changed(smallFixture(task), { rename: (name) => `module.${name}` });
    const { missing, unknown, wrong } = planConversion([source], SMALL_HEADS);
    expect({ missing, unknown, wrong }).toEqual({ missing: [], unknown: [], wrong: [] });
  });
});

describe('convert', () => {
  it.each(FIXTURES)('%s gives a pack that opens and verifies', async (name) => {
    const sink = memorySink();
    await convert(plan(name), sink, { weights: 'f32' });
    const pack = await openPack(sink.files);
    await verifyPack(pack);
    expect([...pack.index.keys()].sort()).toEqual(
      storedParameters(pack.config)
        .map((parameter) => parameter.name)
        .sort(),
    );
    expect(await sink.files.get('README.md')?.text()).toContain(pack.config.name);
  });

  it.each(['q4', 'q8', 'f16'] as const)('%s: shards give the same weights as one file', async (weights) => {
    const one = memorySink();
    const many = memorySink();
    const config = await convert(referWithText(), one, { weights });
    await convert(referWithText(), many, { weights, maxShardBytes: 2_000_000 });
    expect(Object.keys(config.files)).toEqual(['model.safetensors', 'README.md']);
    expect([...many.files.keys()].filter((file) => file.endsWith('.safetensors')).length).toBeGreaterThan(2);
    const names = packFileNames(referWithText(), { weights, maxShardBytes: 2_000_000 });
    expect(names).toEqual([...many.files.keys()]);
    const pack = await openPack(one.files);
    const shards = await openPack(many.files);
    await verifyPack(shards);
    for (const name of [
      'unet.input_blocks.1.0.in_layers.2.weight',
      'text.embeddings.token_embedding.weight',
      'refer.text_adapter.fc.0.weight',
    ]) {
      expect(
        Buffer.from((await readTensorF32(shards, name)).buffer).equals(
          Buffer.from((await readTensorF32(pack, name)).buffer),
        ),
      ).toBe(true);
    }
    // Every stored tensor is aligned for typed arrays.
    for (const { offset } of pack.index.values()) expect(offset % 4).toBe(0);
  });

  it('fills files up to their limit; a larger tensor has one of its own', () => {
    const tensors = [9, 3, 2, 5].map((bytes) => ({ name: `${bytes}`, dtype: 'U8' as const, shape: [bytes], bytes }));
    const files = planShards(tensors, 5).map((file) => file.tensors.map(({ bytes }) => bytes));
    expect(files).toEqual([[9], [3, 2], [5]]);
  });

  it('gives the same bytes every time and reports progress', async () => {
    const made: string[] = [];
    for (let i = 0; i < 2; i++) {
      const sink = memorySink();
      const done: number[] = [];
      const source = plan('depth');
      const config = await convert(source, sink, { weights: 'q4', onProgress: (progress) => done.push(progress.done) });
      expect(done.at(-1)).toBe(plannedBytes(source, 'q4'));
      made.push(JSON.stringify(config));
    }
    expect(made[0]).toBe(made[1]);
  });

  it('stops when the signal is aborted and leaves no files', async () => {
    const { files, ...memory } = memorySink();
    let aborted = 0;
    const sink: FileSink = {
      createFile: async (name) => {
        const writer = await memory.createFile(name);
        return { ...writer, abort: async () => void aborted++ };
      },
    };
    const control = new AbortController();
    const work = convert(plan('depth'), sink, {
      weights: 'f32',
      signal: control.signal,
      onProgress: ({ done }) => {
        if (done > 1_000_000) control.abort();
      },
    });
    await expect(work).rejects.toMatchObject({ code: 'cancelled', message: 'The conversion was cancelled.' });
    expect(files.size).toBe(0);
    expect(aborted).toBe(1);
  });
});

describe('a checkpoint of our own training', () => {
  /** The official checkpoint as our training would write it: nothing folded, the config in the metadata. */
  const native = (): ConversionPlan => {
    const official = plan('segment');
    const source = changed(smallFixture('segment'), {
      rename: (name) => {
        const place = placeName(name, 'vpd-segment');
        return place && 'name' in place ? place.name : undefined;
      },
      metadata: {
        vpd_config: JSON.stringify({
          ...official.config,
          family: 'tiny',
          name: 'Tiny',
          provenance: { steps: 7 },
          license: 'MIT',
        }),
      },
    });
    return planConversion([source]);
  };

  it('gives the same weights as the official one', async () => {
    const a = memorySink();
    const b = memorySink();
    const official = await convert(plan('segment'), a, { weights: 'q8' });
    const ours = await convert(native(), b, { weights: 'q8' });
    expect(ours.files['model.safetensors']).toEqual(official.files['model.safetensors']);
    expect(ours).toMatchObject({ family: 'tiny', name: 'Tiny', licence: 'MIT', provenance: { steps: 7 } });
    expect((await openPack(b.files)).summary).toMatchObject({
      name: 'Tiny',
      licence: 'MIT',
      tasks: ['segment'],
      maxTokens: 0,
    });
  });
});
