/**
 * The messages between page and worker; types only. One map of method → params and result.
 * Every request has an id and can be cancelled; buffers of results are transferred, not copied.
 */

import type { TokenInfo, WordInfo } from '../text/tokens.ts';
import type { PackSummary } from '../weights/pack/pack-summary.ts';
import type { RequestFor } from '../worker-calls/methods.ts';
import type { WireError } from '../worker-calls/wire.ts';

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

export interface Progress {
  /** What is being done, e.g. "Loading weights". */
  readonly label: string;
  /** Bytes or steps; total 0 = unknown. */
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'steps';
}

/** A photo in the engine, with its EXIF orientation applied. */
export interface PhotoInfo {
  readonly photo: string;
  readonly width: number;
  readonly height: number;
  /** Horizontal field of view in degrees, if the photo's file contains it. */
  readonly fov: number | undefined;
  /** Sentences about conversions that the user may not expect, e.g. that only the first frame is used. */
  readonly notes: readonly string[];
  /** For drawing; at most 2048 px on its long side. */
  readonly bitmap: ImageBitmap;
}

/*
 * Results with a `width` and a `height`: their plane (`metres`, `probability` or `labels`) has one value per pixel, row-major, and covers
 * the photo edge to edge. It is as large as the photo, or smaller so that its long side has at most MAX_RESULT_SIDE px (tasks/options.ts).
 */

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

/** The place of a pack: a folder of static files by URL, or this browser's storage by id (storage/files/opfs.ts). */
export type PackSource = { readonly url: string } | { readonly stored: string };

/** Where the bytes of the open pack came from. */
export type PackOrigin = 'network' | 'cache' | 'storage';

/** Options of opening a pack. */
export interface OpenOptions {
  /** Long side, in pixels, to which photos are resized, if the pack's own is too large for the device. */
  readonly longSide?: number;
  /** Open a stored pack even if the device seems too small for it. */
  readonly anyway?: boolean;
}

export interface OpenResult {
  readonly device: DeviceReport;
  readonly pack: PackSummary;
  /** URLs of the runtime's files that this device needs, so that the page can keep them for offline use. */
  readonly runtime: readonly string[];
  readonly from: PackOrigin;
  readonly timings: readonly StageTiming[];
}

export interface Methods {
  /**
   * Chooses a device, reads the pack's config and makes its weights available. `force` overrides the choice (for tests and the device
   * menu); `float: 'f32'` keeps single precision on a device that supports half;
   * `capture` overrides whether each network's GPU work is recorded and replayed.
   */
  open: {
    params: OpenOptions & {
      readonly pack: PackSource;
      readonly force?: 'webgpu' | 'wasm';
      readonly float?: 'f16' | 'f32';
      readonly capture?: 'on' | 'off';
    };
    result: OpenResult;
  };
  /** Decodes a photo once and keeps it under `photo` until it is forgotten. */
  addPhoto: { params: { readonly photo: string; readonly name: string; readonly file: Blob }; result: PhotoInfo };
  forgetPhoto: { params: { readonly photo: string }; result: null };
  depth: { params: { readonly photo: string; readonly scene?: string }; result: DepthResult };
  /** Finds the words' mask; with `zeroShot`, or if the pack has no referring head, from attention alone. */
  refer: {
    params: { readonly photo: string; readonly prompt: string; readonly zeroShot?: boolean };
    result: ReferResult;
  };
  segment: { params: { readonly photo: string }; result: SegmentResult };
  /** Runs the referring head alone, on the cached features of an earlier prompt, with the maps of `tokens` (indices) set to zero. */
  ablate: {
    params: { readonly photo: string; readonly prompt: string; readonly tokens: readonly number[] };
    result: AblateResult;
  };
  /** Runs the semantic head alone, on the photo's cached features, with the maps of `classes` (indices) set to zero. */
  ablateClasses: {
    params: { readonly photo: string; readonly classes: readonly number[] };
    result: AblateClassesResult;
  };
  /** softmax(q·kᵀ/√d) of every cross-attention layer in the down and up paths, before any average. */
  rawMaps: { params: { readonly photo: string; readonly prompt: string }; result: RawMapsResult };
  /** Splits a prompt into tokens and words without running a network. */
  tokenize: {
    params: { readonly prompt: string };
    result: {
      readonly tokens: readonly TokenInfo[];
      readonly words: readonly WordInfo[];
      readonly cut: readonly string[];
    };
  };
}
export type Method = keyof Methods;

export type Request = RequestFor<Methods>;

export type ToWorker =
  | Request
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'ping'; readonly id: number };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'pong'; readonly id: number }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'result'; readonly id: number; readonly result: Methods[Method]['result'] }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError }
  /** The worker is unusable, e.g. because its device was lost: all pending requests fail, and the next call starts a new worker. */
  | { readonly kind: 'lost'; readonly error: WireError };

export interface CallOptions {
  /** Rejects the call at once. The worker stops after the step that it is running. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Called when the worker has ended its work on the call; if the call was cancelled, this may be long after it was rejected. Not called if
   * the call is refused at once: the engine is closed, or the signal has already fired.
   */
  readonly onEnd?: () => void;
}

/** The engine as the page calls it; client.ts implements it with a Worker. */
export interface Engine {
  call<M extends Exclude<Method, 'forgetPhoto'>>(
    method: M,
    params: Methods[M]['params'],
    options?: CallOptions,
  ): Promise<Methods[M]['result']>;
  /** Registers a photo without decoding it; the worker gets it when a call needs it. */
  offer(photo: Methods['addPhoto']['params']): void;
  /** Forgets a photo, decoded or not; never starts a worker. */
  forget(photo: string): void;
  /** Ends the worker; all pending calls reject with `cancelled`. */
  close(): void;
}
export interface EngineOptions {
  /** Called with one sentence when the worker dies or its device is lost; the next call starts a new worker. */
  readonly onLost?: (error: WireError) => void;
}
