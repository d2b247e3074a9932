import { VpdError } from '../errors.ts';
import { geometry, toInput } from '../image/fit.ts';
import { readPrompt, runRefer } from '../tasks/refer/run.ts';
import { heatMap, writeMaps } from './run-files.ts';
import { readPlane } from './run-options.ts';
import type { Facts, TaskRun } from './run-task.ts';

/**
 * The cross-attention of a prompt: the maps that the referring head uses, one heat map per token of a word.
 * A plain Stable Diffusion backbone has no such head; its eps at t = 1 is written instead.
 */
export function runAttention(run: TaskRun): Promise<Facts> {
  return run.runner.config.tasks.refer ? ofHead(run) : ofBackbone(run);
}

async function ofHead({ runner, photo, options, shared, job, out }: TaskRun): Promise<Facts> {
  const hidden = options.textHidden === undefined ? {} : { hidden: await readPlane(options.textHidden, 2) };
  const { maps, tokens, words } = await runRefer(runner.pipeline, photo, options.prompt, { ...shared, ...hidden }, job);
  const finest = maps[0];
  if (!finest)
    throw new VpdError(
      'unsupported',
      'This protocol gives no attention maps, because it averages several runs; use "fit" or "direct" without --flip.',
    );
  for (const [index, token] of tokens.entries())
    if (token.kind === 'word')
      await out.bytes(`attention-${index}-${fileWord(token.text)}.png`, heatMap(photo.image, finest, index));
  await writeMaps(out, maps);
  return { tokens, words, levels: maps.map(({ level, width, height }) => ({ level, width, height })) };
}

const fileWord = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '_').slice(0, 40);

async function ofBackbone({ runner, photo, options, shared, job, out }: TaskRun): Promise<Facts> {
  const { config, pipeline } = runner;
  if (!config.unet.eps)
    throw new VpdError(
      'unsupported',
      `The pack "${config.name}" has neither a referring head nor the UNet's output layer, so there is nothing to attend with.`,
    );
  const { width, height } = photo.image;
  const sizes = geometry(
    options.protocol === 'paper' ? 'direct' : options.protocol,
    'refer',
    width,
    height,
    config.working,
  );
  const prompt = options.prompt === undefined ? undefined : await readPrompt(config, options.prompt, options.tokens);
  const given = options.textHidden === undefined ? undefined : await readPlane(options.textHidden, 2);

  return pipeline.exclusive(job, async (stages) => {
    if (!given && !prompt) throw new VpdError('bad-prompt', 'Give --prompt or --text-hidden.');
    const hidden = given ? stages.given(given) : await stages.hidden(prompt?.rows ?? new Int32Array());
    const latent = shared.latent
      ? stages.given(shared.latent)
      : await stages.latent(photo.key, sizes.padded, () => toInput(photo.image, sizes));
    shared.observe?.('hidden', await hidden.read());
    shared.observe?.('latent', await latent.read());
    const tokens = (await hidden.read()).dims[0] ?? 0;
    const results = await stages.run(
      { graph: 'eps', height: sizes.padded.h, width: sizes.padded.w, tokens },
      { latent, hidden },
    );
    const eps = results.get('eps');
    if (!eps) throw new VpdError('internal', 'The eps graph gave no "eps".');
    await out.plane('eps.npy', eps);
    return { tokens: prompt?.tokens ?? [], eps: eps.dims };
  });
}
