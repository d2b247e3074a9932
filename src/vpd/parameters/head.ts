import type { HeadConfig } from '../config.ts';
import { deconvParameters } from './deconv.ts';
import { fpnParameters } from './fpn.ts';
import type { Emit } from './parameter.ts';
import { topDownParameters } from './topdown.ts';

/**
 * Lists a head's parameters, with every BatchNorm folded into its convolution.
 * @param features channels of each feature with its attention maps, finest first
 */
export function headParameters(head: HeadConfig, root: string, features: readonly number[], emit: Emit): void {
  switch (head.kind) {
    case 'deconv':
      deconvParameters(head, root, features, emit);
      break;
    case 'topdown':
      topDownParameters(head, root, features, emit);
      break;
    case 'fpn':
      fpnParameters(head, root, features, emit);
      break;
  }
}
