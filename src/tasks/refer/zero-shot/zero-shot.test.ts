import { describe, expect, it } from 'vitest';
import type { Job } from '../../../engine/job.ts';
import { createPipeline } from '../../../engine/pipeline.ts';
import { TINY, testRuntime, tinyModel } from '../../../engine/testing/tiny-model.ts';
import { runUnetAttention } from '../../attention/run-attention.ts';
import { readPrompt } from '../../prompt.ts';
import { photo } from '../../testing/photo.ts';
import { runRefer } from '../run.ts';
import { runRawMaps } from '../words/raw-maps.ts';
import { contentTokens, runZeroShot } from './zero-shot.ts';

const job = (): Job => ({ timings: [] });
const model = tinyModel();
/** The same UNet without heads, like a pack converted from a Stable Diffusion checkpoint. */
const plain = { ...model, config: { ...TINY, unet: { ...TINY.unet, eps: true }, tasks: {} } };
const one = { key: 'photo:1', image: photo(128, 80) };

describe('the UNet’s attention without a head', () => {
  it('equals the maps that the referring head gets, for the same prompt', async () => {
    const pipeline = createPipeline(model, testRuntime());
    const { maps } = await runRefer(pipeline, one, 'red chair', {}, job());
    const { rows } = await readPrompt(TINY, 'red chair');
    const { outputs } = await pipeline.exclusive(job(), (stages) => runUnetAttention(stages, TINY, one, rows));
    expect([...outputs.keys()]).toEqual(['maps0', 'maps1', 'maps2', 'self1']);
    for (const { level, width, height, tokens, data } of maps) {
      const { dims, data: all = new Float32Array() } = outputs.get(`maps${level}`) ?? {};
      const [, rowsOf = 0, columns = 0] = dims ?? [];
      for (let token = 0; token < tokens; token++)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            expect(all[(token * rowsOf + y) * columns + x]).toBeCloseTo(
              data[(token * height + y) * width + x] ?? -1,
              5,
            );
    }
    // 128×128 padded: 8×8 cells at H/16, each with weights that sum to one.
    const { dims, data = new Float32Array() } = outputs.get('self1') ?? {};
    expect(dims).toEqual([64, 64]);
    for (let row = 0; row < 64; row++)
      expect(data.subarray(64 * row, 64 * row + 64).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
  });

  it('scales latents as the UNet was trained with', async () => {
    const { rows } = await readPrompt(TINY, 'red chair');
    const mapsOf = async (latentScale: number | undefined, by: number) => {
      const config = { ...plain.config, unet: { ...plain.config.unet, ...(latentScale ? { latentScale } : {}) } };
      const latent = { dims: [1, 4, 16, 16], data: Float32Array.from({ length: 1024 }, (_, i) => by * Math.sin(i)) };
      const pipeline = createPipeline({ ...plain, config }, testRuntime());
      const { outputs } = await pipeline.exclusive(job(), (stages) =>
        runUnetAttention(stages, config, one, rows, { latent }),
      );
      return [...(outputs.get('maps1')?.data ?? [])].map((value) => Number(value.toFixed(5)));
    };
    expect(await mapsOf(0.5, 2)).toEqual(await mapsOf(undefined, 1));
    expect(await mapsOf(0.5, 2)).not.toEqual(await mapsOf(undefined, 2));
  });

  it('is available by layer and head, too', async () => {
    const pipeline = createPipeline(plain, testRuntime());
    const { layers } = await runRawMaps(pipeline, one, 'red chair', job());
    expect(layers.length).toBe(9);
    expect(layers[0]).toMatchObject({ path: 'input_blocks.1.1', level: 0, heads: 2, tokens: 4, width: 16, height: 10 });
    const [layer] = layers;
    // Start, two words and the end get most of each cell's attention; padding gets the rest.
    const shared = [0, 1, 2, 3].reduce((sum, token) => sum + (layer?.data[token * 160] ?? 0), 0);
    expect(shared).toBeGreaterThan(0);
    expect(shared).toBeLessThan(1);
  });
});

describe('a zero-shot mask', () => {
  it('is a score over the photo with its threshold at one half, marked as zero-shot', async () => {
    const pipeline = createPipeline(plain, testRuntime());
    const timings = job();
    const result = await runZeroShot(pipeline, one, 'the red chair', {}, timings);
    expect(timings.timings.map(({ stage }) => stage)).toEqual([
      'build',
      'text-encoder',
      'build',
      'vae-encoder',
      'build',
      'attention',
      'resize',
    ]);
    expect([result.zeroShot, result.width, result.height]).toEqual([true, 128, 80]);
    const [least, most] = [Math.min(...result.probability), Math.max(...result.probability)];
    expect([least, most]).toEqual([0, 1]);
    const inside = result.probability.filter((value) => value > 0.5).length / (128 * 80);
    expect(result.area).toBeCloseTo(inside, 6);
    expect(inside).toBeGreaterThan(0);
    expect(inside).toBeLessThan(1);
    expect(result.maps.map(({ level, width, height }) => [level, width, height])).toEqual([
      [0, 16, 10],
      [1, 8, 5],
      [2, 4, 3],
    ]);
  });

  it('works with the UNet of a pack that has a head, at the requested size', async () => {
    const pipeline = createPipeline(model, testRuntime());
    const { width, height, probability } = await runZeroShot(pipeline, one, 'red', { maxSide: 64 }, job());
    expect([width, height, probability.length]).toEqual([64, 40, 2560]);
    const paper = await runZeroShot(pipeline, one, 'red', { protocol: 'paper', atInputSize: true }, job());
    expect([paper.width, paper.height]).toEqual([512, 512]);
  });

  it('uses the attention of content words only, if there are any', async () => {
    const words = async (prompt: string) => {
      const read = await readPrompt(
        { ...TINY, text: { width: 8, layers: 1, heads: 2, mlp: 16, maxTokens: 20 }, tasks: {} },
        prompt,
      );
      return contentTokens(read).map((token) => read.tokens[token]?.text);
    };
    expect(await words('the red chair on the left')).toEqual(['red', 'chair', 'left']);
    expect(await words('in the')).toEqual(['in', 'the']);
  });

  it('takes the requested number of tokens, up to the encoder’s limit', async () => {
    const { config } = plain;
    expect((await readPrompt(config, 'red chair', 5)).rows.length).toBe(5);
    expect((await readPrompt(config, 'red chair')).rows.length).toBe(8);
    await expect(readPrompt(config, 'red chair', 9)).rejects.toThrow(
      'The text encoder of “tiny” takes 8 tokens at most, and 9 were asked for.',
    );
  });

  it('needs a text encoder and words', async () => {
    const { text: _, ...withoutText } = plain.config;
    await expect(
      runZeroShot(createPipeline({ ...plain, config: withoutText }, testRuntime()), one, 'chair', {}, job()),
    ).rejects.toThrow('The pack “tiny” has no text encoder, so it cannot read a prompt.');
    await expect(runZeroShot(createPipeline(plain, testRuntime()), one, ' ', {}, job())).rejects.toMatchObject({
      code: 'bad-prompt',
    });
  });
});
