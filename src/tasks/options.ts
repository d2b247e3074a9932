import type { Plane } from '../engine/pipeline.ts';
import type { Protocol } from '../image/fit.ts';
import type { RgbImage } from '../image/rgb.ts';

/** A photo and the name under which what depends on it alone is cached. */
export interface TaskPhoto {
  readonly key: string;
  readonly image: RgbImage;
}

export interface TaskOptions {
  /** Defaults to `fit`. */
  readonly protocol?: Protocol;
  /** Average with the prediction for the mirrored photo. */
  readonly flip?: boolean;
  /** Longest side of the result in pixels; without it, the photo's own size. */
  readonly maxSide?: number;
  /** Takes the place of the VAE encoder's output [1,4,H/8,W/8]; only where the photo is one window, and not with `flip`. */
  readonly latent?: Plane;
  /** Sees what lies between the networks: `latent`, `hidden`, `feature0…3`, `maps1…`. Called for the first window only. */
  readonly observe?: (name: string, plane: Plane) => void;
  /** Whether the UNet's features are computed for `observe`. */
  readonly features?: boolean;
  /** Whether every cross-attention layer's own maps are among the outputs, `attention.{path}`. */
  readonly rawMaps?: boolean;
  /** Name under which the first window's features and maps stay for the head alone (`Stages.kept`); starts with the photo's key. */
  readonly keep?: string;
}

/** Size of a result: the photo's, shrunk so that its long side is at most `maxSide`. */
export function resultSize(
  image: RgbImage,
  maxSide = Number.POSITIVE_INFINITY,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, maxSide / Math.max(image.width, image.height));
  return { width: Math.max(1, Math.round(image.width * scale)), height: Math.max(1, Math.round(image.height * scale)) };
}
