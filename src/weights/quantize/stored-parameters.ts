import { TASK_IDS, type VpdConfig } from '../../vpd/config.ts';
import { unetLayout } from '../../vpd/layout.ts';
import type { Parameter } from '../../vpd/parameters/parameter.ts';
import { parametersOf } from '../../vpd/parameters/parameters.ts';

/** A parameter with what decides how it is stored. */
export interface StoredParameter extends Parameter {
  /** True for the few percent that the 4-bit scheme stores in 8 bits. */
  readonly delicate: boolean;
}

/** Lists every parameter of a model, in the order in which a pack stores them. */
export function storedParameters(config: VpdConfig): readonly StoredParameter[] {
  const delicate = delicateNames(config);
  return parametersOf(config).map((parameter) => ({ ...parameter, delicate: delicate(parameter.name) }));
}

/**
 * Returns a test for parameters that the 4-bit scheme stores in 8 bits: the autoencoder, whose latent every task uses; the UNet's first and
 * last blocks, at its finest level; and all heads except the referring one with its 39 M weights. They are 8 % of Stable Diffusion's
 * weights, and there 4 bits lose most accuracy for the bytes that they save (models/README.md).
 */
function delicateNames(config: VpdConfig): (name: string) => boolean {
  const { input, output } = unetLayout(config.unet);
  const ends = [...input.slice(0, config.unet.blocks + 1), ...output.slice(-config.unet.blocks - 1)];
  const heads = TASK_IDS.filter((task) => config.tasks[task]?.head.kind !== 'topdown');
  const prefixes = [
    'vae.',
    'unet.out.',
    ...ends.map(({ path }) => `unet.${path}.`),
    ...heads.map((id) => `${id}.head.`),
  ];
  return (name) => prefixes.some((prefix) => name.startsWith(prefix));
}
