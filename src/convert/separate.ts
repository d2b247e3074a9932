import type { TensorSource } from '../weights/source.ts';
import { detectFamily } from './detect.ts';

/**
 * Groups checkpoints that were given together by the pack that they become: each fine-tuned one is a pack, a referring one together with
 * the Stable Diffusion checkpoint whose CLIP it takes; a Stable Diffusion checkpoint that no other takes is a pack of its own.
 * @throws VpdError unsupported: a checkpoint of an unknown family
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
