import type { TensorSource } from '../weights/source.ts';
import { detectFamily } from './detect.ts';

/**
 * Parts checkpoints that were given together into those that become a pack each: every fine-tuned one by itself, a referring one with the
 * Stable Diffusion checkpoint whose CLIP it takes, and a Stable Diffusion checkpoint that none of them takes.
 * @throws VpdError unsupported: a checkpoint of an unknown kind
 */
export function separatePacks(sources: readonly TensorSource[]): readonly (readonly TensorSource[])[] {
  const tuned: { readonly source: TensorSource; readonly refers: boolean }[] = [];
  const plain: TensorSource[] = [];
  for (const source of sources) {
    const family = detectFamily(source);
    if (family === 'sd-v1') plain.push(source);
    else tuned.push({ source, refers: family === 'vpd-refer' });
  }
  const packs = tuned.map(({ source, refers }) => (refers ? [source, ...plain] : [source]));
  const taken = tuned.some(({ refers }) => refers);
  return taken || plain.length === 0 ? packs : [...packs, plain];
}
