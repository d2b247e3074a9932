import type { Job } from '../../../engine/job.ts';
import type { Pipeline, Stages } from '../../../engine/pipeline.ts';
import type { RawLayer, RawMapsResult } from '../../../engine/results.ts';
import { VpdError } from '../../../errors.ts';
import type { VpdConfig } from '../../../vpd/config.ts';
import { unetLayout } from '../../../vpd/layout.ts';
import { runUnetAttention } from '../../attention/run-attention.ts';
import { croppedLayer } from '../../cropped-maps.ts';
import type { TaskPhoto } from '../../options.ts';
import { type Prompt, readPrompt } from '../../prompt.ts';
import { predictRefer } from '../run.ts';

/**
 * Computes a prompt's cross-attention by layer and head, before the averages that the referring head reads. The network runs again with
 * these outputs, because they would slow down every search.
 * @throws VpdError missing: the pack has no text encoder; unsupported: its UNet takes a context of one token only
 */
export async function runRawMaps(
  pipeline: Pipeline,
  photo: TaskPhoto,
  prompt: string,
  job: Job,
): Promise<RawMapsResult> {
  const { config } = pipeline;
  const read = await readPrompt(config, prompt);
  const tokens = read.tokens.filter(({ kind }) => kind !== 'padding').length;
  const { input, output } = unetLayout(config.unet);
  const levels = new Map<string, number>();
  for (const { modules } of [...input, ...output])
    for (const module of modules)
      if (module.kind === 'transformer' && module.level !== undefined) levels.set(module.path, module.level);

  return pipeline.exclusive(job, async (stages) => {
    const { first, geometry } = config.tasks.refer
      ? await predictRefer(stages, config, photo, read, { rawMaps: true })
      : await headless(stages, config, photo, read);
    const layers: RawLayer[] = [];
    for (const [path, level] of levels) {
      const probabilities = first.get(`attention.${path}`);
      if (!probabilities) throw new VpdError('internal', `The referring network gave no maps of ${path}.`);
      layers.push(croppedLayer(path, level, probabilities, tokens, geometry));
    }
    return { layers, timings: job.timings };
  });
}

async function headless(stages: Stages, config: VpdConfig, photo: TaskPhoto, { rows }: Prompt) {
  const { outputs, geometry } = await runUnetAttention(stages, config, photo, rows, { rawMaps: true });
  return { first: outputs, geometry };
}
