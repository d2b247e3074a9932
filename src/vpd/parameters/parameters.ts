import { attends, contextTokens, TASK_IDS, type VpdConfig } from '../config.ts';
import { featureChannels } from '../layout.ts';
import { textParameters } from './clip.ts';
import { contextParameters } from './context.ts';
import { headParameters } from './head.ts';
import type { Emit, Parameter } from './parameter.ts';
import { unetParameters } from './unet.ts';
import { vaeParameters } from './vae.ts';

/**
 * Lists every parameter of a model as a pack stores it, in the order of the graph, with time embedding (t = 1) and BatchNorm folded.
 * The converter must write exactly these parameters, and the graphs read exactly these. No list imports the code of its graph, so the page
 * checks packs without it.
 */
export function parametersOf(config: VpdConfig): readonly Parameter[] {
  const list: Parameter[] = [];
  const emit: Emit = (name, shape, kind = 'vector') => list.push({ name, shape, kind });
  vaeParameters(config.vae, emit);
  unetParameters(config.unet, attends(config), emit);
  if (config.text) textParameters(config.text, emit);
  for (const id of TASK_IDS) {
    const task = config.tasks[id];
    if (!task) continue;
    contextParameters(id, task, config.unet.context, emit);
    const tokens = contextTokens(task);
    const features = featureChannels(config.unet).map((c, level) => c + (task.maps.includes(level) ? tokens : 0));
    headParameters(task.head, `${id}.head`, features, emit);
  }
  return list;
}
