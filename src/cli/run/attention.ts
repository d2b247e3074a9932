import type { AttentionMaps } from '../../engine/results.ts';
import { VpdError } from '../../errors.ts';
import { runUnetAttention } from '../../tasks/attention/run-attention.ts';
import { croppedMaps } from '../../tasks/cropped-maps.ts';
import { type Prompt, readPrompt } from '../../tasks/prompt.ts';
import { runRefer } from '../../tasks/refer/run.ts';
import type { VpdConfig } from '../../vpd/config.ts';
import { readPlane } from '../files/read-plane.ts';
import { heatMap, writeMaps } from './files.ts';
import type { Arrays, PhotoOptions } from './options.ts';
import type { Facts, TaskRun } from './task.ts';

/** @throws VpdError bad-request if features are asked for and no head reads them */
export function refuseUnreadFeatures({ name, tasks }: VpdConfig, { task, features }: PhotoOptions & Arrays): void {
  if (task === 'attention' && features && !tasks.refer)
    throw new VpdError(
      'bad-request',
      `--features needs a head that reads them; "${name}" is a plain backbone, of which only the attention is computed.`,
    );
}

/**
 * Writes the cross-attention maps of a prompt, and a heat map per word token: the maps of the referring head, or, for a plain Stable
 * Diffusion backbone, those of all levels and, with --raw, the UNet's eps at t = 1.
 */
export function runAttention(run: TaskRun): Promise<Facts> {
  return run.runner.config.tasks.refer ? ofHead(run) : ofBackbone(run);
}

async function ofHead(run: TaskRun): Promise<Facts> {
  const { runner, photo, options, shared, job } = run;
  if (options.tokens !== undefined)
    throw new VpdError(
      'bad-request',
      `--tokens works on a plain backbone; the head of "${runner.config.name}" always takes ${runner.config.tasks.refer?.tokens}.`,
    );
  const hidden = options.textHidden === undefined ? {} : { hidden: await readPlane(options.textHidden, 2) };
  const { maps, ...prompt } = await runRefer(runner.pipeline, photo, options.prompt, { ...shared, ...hidden }, job);
  return writeAttention(run, maps, prompt);
}

async function writeAttention(
  { photo, out }: TaskRun,
  maps: readonly AttentionMaps[],
  { tokens, words, cut }: Pick<Prompt, 'tokens' | 'words' | 'cut'>,
): Promise<Facts> {
  const [finest] = maps;
  if (!finest)
    throw new VpdError(
      'unsupported',
      'This protocol gives no attention maps, because it averages several runs; use "fit" or "direct" without --flip.',
    );
  for (const [index, token] of tokens.entries())
    if (token.kind === 'word')
      await out.bytes(`attention-${index}-${fileWord(token.text)}.png`, heatMap(photo.image, finest, index));
  await writeMaps(out, maps);
  return { tokens, words, cut, levels: maps.map(({ level, width, height }) => ({ level, width, height })) };
}

const fileWord = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '_').slice(0, 40);

const NO_PROMPT = { tokens: [], words: [], cut: [] };

async function ofBackbone(run: TaskRun): Promise<Facts> {
  const { runner, photo, options, shared, job, out } = run;
  const { config, pipeline } = runner;
  const prompt = options.prompt === undefined ? undefined : await readPrompt(config, options.prompt, options.tokens);
  const hidden = options.textHidden === undefined ? {} : { hidden: await readPlane(options.textHidden, 2) };
  return pipeline.exclusive(job, async (stages) => {
    const { outputs, geometry, feeds } = await runUnetAttention(stages, config, photo, prompt?.rows, {
      ...shared,
      ...hidden,
    });
    const facts = await writeAttention(run, croppedMaps(outputs, geometry), prompt ?? NO_PROMPT);
    if (!options.raw || !config.unet.eps) return facts;
    const { h: height, w: width } = geometry.padded;
    const tokens = feeds.hidden.tensor.dims[0] ?? 0;
    const eps = (await stages.run({ graph: 'eps', height, width, tokens }, feeds)).get('eps');
    if (!eps) throw new VpdError('internal', 'The eps graph gave no "eps".');
    await out.plane('eps.npy', eps);
    return { ...facts, eps: eps.dims };
  });
}
