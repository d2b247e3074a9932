import type { Link, Plane, Stages } from '../engine/pipeline.ts';
import { VpdError } from '../errors.ts';
import type { Geometry } from '../image/fit.ts';
import { LATENT_CELL } from '../vpd/build.ts';
import type { VpdConfig } from '../vpd/config.ts';

/**
 * Passes on a tensor from outside that replaces a network's output.
 * @param dims dimensions that the next network takes
 * @throws VpdError bad-request: the tensor has other dimensions
 */
function givenTensor(stages: Stages, what: string, plane: Plane, dims: readonly number[]): Link {
  if (plane.dims.join() !== dims.join())
    throw new VpdError(
      'bad-request',
      `The given ${what} has the shape [${plane.dims.join(', ')}], but this photo, protocol and model need [${dims.join(', ')}].`,
    );
  return stages.given(plane);
}

/** Passes on a given latent [1,4,H/8,W/8] of the padded photo. */
export const givenLatent = (stages: Stages, latent: Plane, { unet }: VpdConfig, { padded }: Geometry): Link =>
  givenTensor(stages, 'latent', latent, [1, unet.latent, padded.h / LATENT_CELL, padded.w / LATENT_CELL]);

/** Passes on a given text encoder's output [tokens,context]; any number of tokens where the network does not fix one. */
export const givenHidden = (stages: Stages, hidden: Plane, { unet }: VpdConfig, tokens = hidden.dims[0] ?? 0): Link =>
  givenTensor(stages, 'text encoder’s output', hidden, [tokens, unet.context]);
