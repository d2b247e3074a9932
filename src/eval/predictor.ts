import type { Protocol } from '../image/fit.ts';
import type { RgbImage } from '../image/rgb.ts';
import type { AbsenceCues } from '../vpd/absence.ts';
import type { VpdConfig } from '../vpd/config.ts';

export interface PredictOptions {
  readonly protocol?: Protocol;
  /** Whether to average with the prediction for the mirrored photo. */
  readonly flip?: boolean;
  /** refer: mask from attention alone, without the pack's head. */
  readonly zeroShot?: boolean;
  readonly signal?: AbortSignal;
}

/** A model as `eval` uses it: predictions at the photo's own size (referring as in the paper: at 512×512). Implemented by cli/runner.ts. */
export interface Predictor {
  readonly config: VpdConfig;
  /** Metres, row-major, width · height of the photo. Without `scene`, the pack's first scene. */
  depth(image: RgbImage, options?: PredictOptions & { readonly scene?: string }): Promise<DepthPrediction>;
  /** Mask of the expression's object: 1 inside; all 0 if nothing is found. */
  refer(image: RgbImage, expression: string, options?: PredictOptions): Promise<MaskPrediction>;
  /** Class index per pixel, in the order of the pack's classes. */
  segment(image: RgbImage, options?: PredictOptions): Promise<LabelPrediction>;
}

export interface DepthPrediction {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}
export interface MaskPrediction {
  readonly width: number;
  readonly height: number;
  readonly mask: Uint8Array;
  /** P(nothing fits the expression), if the pack is calibrated. */
  readonly absence?: number;
  /** The cues from which `absence` is computed. */
  readonly cues?: AbsenceCues | undefined;
}
export interface LabelPrediction {
  readonly width: number;
  readonly height: number;
  readonly labels: Uint8Array;
}
