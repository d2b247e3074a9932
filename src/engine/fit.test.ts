import { describe, expect, test } from 'vitest';
import { SMALL_HEADS, smallFixture } from '../../fixtures/small.ts';
import { planConversion, plannedBytes } from '../convert/plan.ts';
import type { VpdConfig } from '../vpd/config.ts';
import { checkFit, needsOf, plannedIndex } from './fit.ts';
import type { DeviceReport } from './results.ts';
import { TINY } from './testing/tiny-model.ts';

const small = planConversion([smallFixture('refer'), smallFixture('sd')], SMALL_HEADS);

/** The referring model at the size of Stable Diffusion v1.5. */
const FULL: VpdConfig = {
  ...small.config,
  vae: { ...small.config.vae, channels: 128, mult: [1, 2, 4, 4] },
  unet: { ...small.config.unet, channels: 320, mult: [1, 2, 4, 4], heads: 8, context: 768 },
  text: { width: 768, layers: 12, heads: 12, mlp: 3072, maxTokens: 77 },
};

const gpu = (backend: 'webgpu-f16' | 'webgpu-f32', megabytes: number, binding = megabytes): DeviceReport => ({
  backend,
  reason: '',
  threads: 1,
  limits: { maxBufferSize: megabytes * 2 ** 20, maxStorageBufferBindingSize: binding * 2 ** 20 },
});
const WASM: DeviceReport = { backend: 'wasm-threads', reason: '', threads: 4, limits: {} };
const F32 = { target: 'webgpu', float: 'f32' } as const;

describe('needs', () => {
  test('the planned weights have the bytes of a conversion', () => {
    const bytes = [...plannedIndex(small.config, 'q8').values()].reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBe(plannedBytes(small, 'q8'));
  });

  test('packs of full size in 4 bits are small enough to download', () => {
    const { text: _, ...plain } = FULL;
    const { refer } = FULL.tasks;
    const { depth } = planConversion([smallFixture('depth')], SMALL_HEADS).config.tasks;
    if (!refer || depth?.head.kind !== 'deconv') throw new Error('The fixtures have other heads.');
    const head = { kind: 'topdown', hidden: 640, refine: [], outputs: 2 } as const;
    const megabytes = (config: VpdConfig): number =>
      [...plannedIndex(config, 'q4').values()].reduce((sum, { length }) => sum + length, 0) / 1e6;
    expect(megabytes({ ...FULL, tasks: { refer: { ...refer, head } } })).toBeLessThan(640);
    expect(
      megabytes({ ...plain, tasks: { depth: { ...depth, head: { ...depth.head, aggregate: 1536 } } } }),
    ).toBeLessThan(560);
  });

  test('the largest tensor and weight of a full-size model are the known ones', () => {
    const { tensor, weight, network } = needsOf(FULL, plannedIndex(FULL, 'f32'), F32, 512);
    // The VAE's first level: 128 channels of f32 at 512².
    expect(tensor).toEqual({ graph: 'photo encoder', bytes: 128 * 512 * 512 * 4 });
    // CLIP's token embedding.
    expect(weight).toEqual({ name: 'text.embeddings.token_embedding.weight', bytes: 49_408 * 768 * 4 });
    expect(network / 1e9).toBeGreaterThan(3.2);
    expect(network / 1e9).toBeLessThan(3.9);
  });

  test('a smaller input has smaller tensors, down to the largest dequantized convolution weight', () => {
    const index = plannedIndex(FULL, 'q8');
    const at = (side: number, float: 'f16' | 'f32') =>
      needsOf(FULL, index, { target: 'webgpu', float }, side).tensor.bytes;
    expect(at(512, 'f16')).toBe(at(512, 'f32') / 2);
    expect(at(256, 'f32')).toBe(2560 * 1280 * 3 * 3 * 4);
  });
});

describe('fit', () => {
  test('a small model fits everywhere', () => {
    for (const device of [WASM, gpu('webgpu-f32', 128), gpu('webgpu-f16', 128)])
      expect(checkFit(TINY, 'f32', device)).toMatchObject({ problems: [], ways: [] });
  });

  test('a full-size model fits a graphics card in f32, and WebGPU’s default limits in f16', () => {
    expect(checkFit(FULL, 'q8', gpu('webgpu-f32', 2048))).toMatchObject({
      problems: [],
      ways: [],
      load: { of: 'buffer', needed: 128 * 512 * 512 * 4, limit: 2 ** 31 },
    });
    expect(checkFit(FULL, 'q8', gpu('webgpu-f16', 256, 128)).problems).toEqual([]);
  });

  test('the smaller of two limits counts; a smaller input or WebAssembly helps', () => {
    expect(checkFit(FULL, 'q8', gpu('webgpu-f32', 256, 128)).problems).toEqual([]);
    const tight = checkFit(FULL, 'q8', gpu('webgpu-f32', 256, 120));
    expect(tight.problems).toEqual([
      'At 512 px the photo encoder makes a tensor of 134.2 MB and one buffer of this graphics device may have 125.8 MB.',
    ]);
    expect(tight.ways).toEqual([{ kind: 'side', longSide: 448 }, { kind: 'wasm' }]);
  });

  test('weights that are too large for a buffer: fewer bits', () => {
    const { problems, ways } = checkFit(FULL, 'f32', gpu('webgpu-f16', 140));
    expect(problems).toEqual([
      'Its weight text.embeddings.token_embedding.weight has 151.8 MB and one buffer of this graphics device may have 146.8 MB.',
    ]);
    expect(ways).toEqual([{ kind: 'precision', weights: 'f16' }]);
  });

  test('wasm can hold a full-size model only in few bits', () => {
    expect(checkFit(FULL, 'f32', WASM)).toMatchObject({
      problems: [
        expect.stringMatching(/^Its largest network has 3\.\d+ GB of weights and WebAssembly can hold 1\.40 GB\.$/),
      ],
      ways: [{ kind: 'precision', weights: 'q8' }],
    });
    expect(checkFit(FULL, 'q8', WASM).problems).toEqual([]);
  });
});
