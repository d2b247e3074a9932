/** What the engine returns: results of each task in the photo's pixels, and on which device and in what time they were computed. Types only. */

import type { TokenInfo, WordInfo } from '../text/tokens.ts';

type Backend = 'webgpu-f16' | 'webgpu-f32' | 'wasm-threads' | 'wasm';

export interface DeviceReport {
  readonly backend: Backend;
  /** One sentence: why this backend and not a faster one. */
  readonly reason: string;
  /** Adapter in words (vendor, architecture, description), or undefined on wasm. */
  readonly adapter?: string;
  readonly threads: number;
  /** Limits that matter here: maxBufferSize, maxStorageBufferBindingSize (bytes). Empty on wasm. */
  readonly limits: Readonly<Record<string, number>>;
}

/** One stage of a run, for the timings panel. */
export interface StageTiming {
  readonly stage:
    | 'download'
    | 'decode'
    | 'build'
    | 'vae-encoder'
    | 'text-encoder'
    | 'depth'
    | 'refer'
    | 'segment'
    | 'head'
    | 'attention'
    | 'eps'
    | 'resize';
  readonly ms: number;
  /** True if the result came from a cache, so that nothing ran. */
  readonly cached: boolean;
  /** A sentence if the stage ran in another way than requested, e.g. without recording. */
  readonly note?: string;
}

export interface DepthResult {
  readonly width: number;
  readonly height: number;
  /**
   * Depth in metres, larger is farther. If the pack runs at a smaller long side than it was trained at, the network's metres are multiplied
   * by (working / trained long side), so that they hold for the same lens.
   */
  readonly metres: Float32Array;
  readonly min: number;
  readonly max: number;
  readonly timings: readonly StageTiming[];
}

/** Averaged cross-attention maps at one resolution: `data[(token·height + y)·width + x]`, cropped to the photo (padding removed). */
export interface AttentionMaps {
  /** UNet level: 0 = H/8, 1 = H/16, 2 = H/32. */
  readonly level: number;
  readonly tokens: number;
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
  /** Share of the map's width and height that the photo covers (the rest of the last cells is padding). */
  readonly coverX: number;
  readonly coverY: number;
}

export interface ReferResult {
  readonly width: number;
  readonly height: number;
  /** P(inside) = softmax of the two logits, 0..1. The mask is probability > 0.5. For a zero-shot mask: a score whose threshold is 0.5. */
  readonly probability: Float32Array;
  /** True if the mask was computed from attention alone, without a trained head. */
  readonly zeroShot?: boolean;
  /** Share of the photo inside the mask. */
  readonly area: number;
  /** P(nothing in the photo fits the words), if half of all phrases fit nothing; only from calibrated packs (vpd/absence.ts). */
  readonly absence?: number;
  readonly tokens: readonly TokenInfo[];
  readonly words: readonly WordInfo[];
  /** Words that were cut because the prompt is longer than the limit. */
  readonly cut: readonly string[];
  readonly maps: readonly AttentionMaps[];
  readonly timings: readonly StageTiming[];
}

/** One cross-attention layer, head by head: `data[((head·tokens + token)·height + y)·width + x]`, cropped to the photo. */
export interface RawLayer {
  /** Path in the UNet, e.g. `output_blocks.5.1`. */
  readonly path: string;
  readonly level: number;
  readonly heads: number;
  /** Number of tokens from the start to the end token, without padding. */
  readonly tokens: number;
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
  readonly coverX: number;
  readonly coverY: number;
}

export interface RawMapsResult {
  /** In the order in which the UNet runs them. */
  readonly layers: readonly RawLayer[];
  readonly timings: readonly StageTiming[];
}

/** The mask of a prompt if the head does not see the attention of some tokens. */
export interface AblateResult {
  readonly width: number;
  readonly height: number;
  /** P(inside) that the head gives when the tokens' averaged maps are zero. The UNet's features are those of the whole prompt. */
  readonly probability: Float32Array;
  /** Intersection over union of the masks (probability > 0.5) with and without the tokens; 1 where both are empty. */
  readonly iou: number;
  /** Share of the photo inside the mask, without the tokens. */
  readonly area: number;
  readonly timings: readonly StageTiming[];
}

export interface SegmentResult {
  readonly width: number;
  readonly height: number;
  /** Class index per pixel, 0 to 254. 255 is no class; it occurs only in a sample's truth, where the pack lacks the class. */
  readonly labels: Uint8Array;
  /** Present classes, largest first, with their share of the photo. */
  readonly present: readonly { readonly index: number; readonly name: string; readonly area: number }[];
  readonly maps: readonly AttentionMaps[];
  readonly timings: readonly StageTiming[];
}

/** The classes of a photo if the head does not see the attention of some classes. */
export interface AblateClassesResult {
  readonly width: number;
  readonly height: number;
  /** Class index per pixel that the head gives when the classes' averaged maps are zero. The UNet's features are those of all classes. */
  readonly labels: Uint8Array;
  /** Share of the photo whose class changes. */
  readonly changed: number;
  /** Shares of the photo that change, by old and new class, largest first. */
  readonly moves: readonly { readonly from: number; readonly to: number; readonly area: number }[];
  readonly timings: readonly StageTiming[];
}
