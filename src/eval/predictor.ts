import type { Protocol } from '../image/fit.ts';
import type { RgbImage } from '../image/rgb.ts';
import type { AbsenceCues } from '../vpd/absence.ts';
import type { VpdConfig } from '../vpd/config.ts';

export interface PredictOptions {
  readonly protocol?: Protocol;
  /** Average with the prediction of the mirrored photo. */
  readonly flip?: boolean;
  /** refer: from attention alone, without the pack's head. */
  readonly zeroShot?: boolean;
  readonly signal?: AbortSignal;
}

/** What `eval` needs of a model: predictions at the photo's own size (the paper's referring: at 512×512). The runner of the command line implements it. */
export interface Predictor {
  readonly config: VpdConfig;
  /** Metres, row-major, width · height of the photo. Without `scene`, the pack's first scene. */
  depth(image: RgbImage, options?: PredictOptions & { readonly scene?: string }): Promise<DepthPrediction>;
  /** 1 where the expression's object is; all 0 where nothing is. */
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
  /** Chance that nothing fits the expression, where the pack was calibrated. */
  readonly absence?: number;
  /** What that chance is computed from. */
  readonly cues?: AbsenceCues | undefined;
}
export interface LabelPrediction {
  readonly width: number;
  readonly height: number;
  readonly labels: Uint8Array;
}
