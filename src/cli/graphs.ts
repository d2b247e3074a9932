import { VpdError } from '../errors.ts';
import { geometry } from '../image/fit.ts';
import { attentionSpec } from '../vpd/attention-spec.ts';
import { attends, TASK_IDS, type VpdConfig } from '../vpd/config.ts';
import type { GraphSpec } from '../vpd/graph.ts';

interface InputSize {
  readonly width: number;
  readonly height: number;
}

/** Padded input size of a 4:3 photo at the pack's working size. */
export function workingSize({ working }: VpdConfig): InputSize {
  const { padded } = geometry('fit', 'depth', 4096, 3072, working);
  return { width: padded.w, height: padded.h };
}

/**
 * Parses a size, e.g. `640x512`.
 * @throws VpdError bad-request
 */
export function parseSize(text: string): InputSize {
  const found = /^(\d{1,5})x(\d{1,5})$/.exec(text);
  if (!found)
    throw new VpdError('bad-request', `--size is "${text}"; it must be WIDTHxHEIGHT in pixels, e.g. 512x384.`);
  return { width: Number(found[1]), height: Number(found[2]) };
}

/** Returns every graph of a pack at one input size, by its name on the command line. */
export function packGraphs(config: VpdConfig, { width, height }: InputSize): ReadonlyMap<string, GraphSpec> {
  const graphs = new Map<string, GraphSpec>([['vae-encoder', { graph: 'vae-encoder', width, height }]]);
  const tokens = config.tasks.refer?.tokens ?? config.text?.maxTokens ?? 1;
  if (config.text) graphs.set('text-encoder', { graph: 'text-encoder', tokens });
  for (const task of TASK_IDS) {
    const maps = config.tasks[task]?.maps.length ?? 0;
    const outputs = maps > 0 ? (['maps'] as const) : [];
    if (!config.tasks[task]) continue;
    graphs.set(task, { graph: 'task', task, width, height, rows: height, cols: width, outputs });
    if (maps > 0) graphs.set(`${task}-head`, { graph: 'head', task, width, height, rows: height, cols: width });
  }
  if (config.text && attends(config)) graphs.set('attention', attentionSpec(config, { w: width, h: height }, tokens));
  if (config.unet.eps) graphs.set('eps', { graph: 'eps', width, height, tokens });
  return graphs;
}
