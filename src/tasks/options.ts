import type { Plane } from '../engine/pipeline.ts';
import type { Protocol } from '../image/fit.ts';
import type { RgbImage } from '../image/rgb.ts';

/** Longest side in pixels of a result that the page shows: as fine as a large screen; a plane of f32 has at most 9 MB. Files have the photo's size. */
export const MAX_RESULT_SIDE = 1536;

/** A photo and the key under which everything that depends on it alone is cached. */
export interface TaskPhoto {
  readonly key: string;
  readonly image: RgbImage;
}

export interface TaskOptions {
  /** Defaults to `fit`. */
  readonly protocol?: Protocol;
  /** Averages with the prediction for the mirrored photo. */
  readonly flip?: boolean;
  /** Longest side of the result in pixels; the photo's own size by default. */
  readonly maxSide?: number;
  /** Returns the network's own output, at the size of its input, at which the referring paper evaluates. Only depth and masks. */
  readonly atInputSize?: boolean;
  /** Replaces the VAE encoder's output [1,4,H/8,W/8]; only for a single window and without `flip`. */
  readonly latent?: Plane;
  /** Receives the tensors between the networks: `latent`, `hidden`, `feature0…3`, `maps1…`. Called for the first window only. */
  readonly observe?: (name: string, plane: Plane) => void;
  /** Whether the UNet's features are computed for `observe`. */
  readonly features?: boolean;
  /** Whether the outputs include the maps of every cross-attention layer, `attention.{path}`. */
  readonly rawMaps?: boolean;
  /** Key under which the first window's features and maps are kept for later runs of the head (`Stages.kept`); starts with the photo's key. */
  readonly keep?: string;
}

/** Returns the size of a result: the photo's, reduced so that its long side is at most `maxSide`. */
export function resultSize(
  image: RgbImage,
  maxSide = Number.POSITIVE_INFINITY,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, maxSide / Math.max(image.width, image.height));
  return { width: Math.max(1, Math.round(image.width * scale)), height: Math.max(1, Math.round(image.height * scale)) };
}
