/**
 * Types only: what the page and the worker say to each other. One map of method → params, result, progress.
 * Every request has an id and can be cancelled; buffers are transferred, never copied. Page and worker import nothing else of each other.
 */
import type { WireError } from '../asking/wire.ts';
import type { TokenInfo, WordInfo } from '../text/tokens.ts';
import type { PackSummary } from '../weights/pack-summary.ts';

type Backend = 'webgpu-f16' | 'webgpu-f32' | 'wasm-threads' | 'wasm';

export interface DeviceReport {
  readonly backend: Backend;
  /** One sentence: why this backend and not a faster one. */
  readonly reason: string;
  /** Adapter in words (vendor, architecture, description), or undefined on wasm. */
  readonly adapter?: string;
  readonly threads: number;
  /** Limits worth showing: maxBufferSize, maxStorageBufferBindingSize (bytes). */
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
  /** Whether the result came from a cache, so that nothing ran. */
  readonly cached: boolean;
  /** A sentence on how it was done, where that is not how it was asked for. */
  readonly note?: string;
}

export interface Progress {
  /** In words, e.g. "Loading weights". */
  readonly label: string;
  /** Bytes or steps; total 0 = unknown. */
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'steps';
}

/** A photo as the engine holds it, EXIF orientation applied. */
export interface PhotoInfo {
  readonly photo: string;
  readonly width: number;
  readonly height: number;
  /** Horizontal field of view in degrees, where the photo's file tells it. */
  readonly fov: number | undefined;
  /** For drawing; at most 2048 px on its long side. */
  readonly bitmap: ImageBitmap;
}

/*
 * Results with a `width` and a `height`: their plane (`metres`, `probability` or `labels`) has one value per pixel, row-major, and covers
 * the photo edge to edge. It is as large as the photo, or smaller so that its long side has at most 1536 px.
 */

export interface DepthResult {
  readonly width: number;
  readonly height: number;
  /**
   * Metres, larger is farther. If the pack runs below the long side it learned at, the network's metres times (working / learned long
   * side), so that they hold for the same lens.
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
  /** P(inside) = softmax of the two logits, 0..1. The mask is probability > 0.5. Of a zero-shot mask, a score with its threshold at 0.5. */
  readonly probability: Float32Array;
  /** Whether attention alone made it, without a trained head. */
  readonly zeroShot?: boolean;
  /** Share of the photo inside the mask. */
  readonly area: number;
  /** Chance that nothing in the photo fits the words, of phrases half of which fit nothing; only from packs that were calibrated. */
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
  /** From the start token to the end token; padding is left out. */
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

/** The same prompt without the attention of some of its tokens, as far as the head goes. */
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
  /** Class index per pixel, 0 to 254. 255 is no class: the engine gives none, but a sample's truth does where the pack has no class for it. */
  readonly labels: Uint8Array;
  /** Present classes, largest first, with their share of the photo. */
  readonly present: readonly { readonly index: number; readonly name: string; readonly area: number }[];
  readonly maps: readonly AttentionMaps[];
  readonly timings: readonly StageTiming[];
}

/** The photo's classes without the attention of some of them, as far as the head goes. */
export interface AblateClassesResult {
  readonly width: number;
  readonly height: number;
  /** Class index per pixel that the head gives when the classes' averaged maps are zero. The UNet's features are those of all classes. */
  readonly labels: Uint8Array;
  /** Share of the photo whose class is another one. */
  readonly changed: number;
  /** Shares of the photo by the class that they left and the one they went to, the largest first. */
  readonly moves: readonly { readonly from: number; readonly to: number; readonly area: number }[];
  readonly timings: readonly StageTiming[];
}

/** Where a pack lies: a folder of static files, or this browser's own storage (storage/files/opfs.ts). */
export type PackSource = { readonly url: string } | { readonly stored: string };

/** Where the bytes of the open pack came from. */
export type PackOrigin = 'network' | 'cache' | 'storage';

/** How a pack is opened, where not in its own way. */
export interface OpenHow {
  /** Photos are seen at this long side, in pixels, where the pack's own asks too much of the device. */
  readonly longSide?: number;
  /** A stored pack is opened even where the device is too small for it. */
  readonly anyway?: boolean;
}

export interface OpenResult {
  readonly device: DeviceReport;
  readonly pack: PackSummary;
  /** Addresses of the runtime's files that this device needs, for whoever keeps them. */
  readonly runtime: readonly string[];
  readonly from: PackOrigin;
  readonly timings: readonly StageTiming[];
}

export interface Methods {
  /**
   * Picks a device, reads the pack's config and makes its weights available. `force` overrides the choice (for tests and the device
   * menu); `float: 'f32'` keeps single precision where the device could do half;
   * `capture` says whether each network's work is recorded on the GPU and replayed, where the device should not decide.
   */
  open: {
    params: OpenHow & {
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
  /** With `zeroShot`, and always where the pack has no referring head, a mask from attention alone. */
  refer: {
    params: { readonly photo: string; readonly prompt: string; readonly zeroShot?: boolean };
    result: ReferResult;
  };
  segment: { params: { readonly photo: string }; result: SegmentResult };
  /** Runs the referring head alone, over the features of a prompt that was looked for, with the maps of `tokens` (by index) set to zero. */
  ablate: {
    params: { readonly photo: string; readonly prompt: string; readonly tokens: readonly number[] };
    result: AblateResult;
  };
  /** Runs the semantic head alone, over the photo's features, with the maps of `classes` (by index) set to zero. */
  ablateClasses: {
    params: { readonly photo: string; readonly classes: readonly number[] };
    result: AblateClassesResult;
  };
  /** softmax(q·kᵀ/√d) of every cross-attention layer in the down and up paths, before any average. */
  rawMaps: { params: { readonly photo: string; readonly prompt: string }; result: RawMapsResult };
  /** Splits a prompt as the network would, without running it. */
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

export type Request = {
  [M in Method]: {
    readonly kind: 'request';
    readonly id: number;
    readonly method: M;
    readonly params: Methods[M]['params'];
  };
}[Method];

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
  /** The device is gone: everything pending fails and the client restarts the worker. */
  | { readonly kind: 'lost'; readonly error: WireError };

/** What the page calls. Implemented by client.ts over a Worker. */
export interface Engine {
  call<M extends Exclude<Method, 'forgetPhoto'>>(
    method: M,
    params: Methods[M]['params'],
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (progress: Progress) => void },
  ): Promise<Methods[M]['result']>;
  /** Tells of a photo without decoding it: the worker gets it when a call needs it. */
  offer(photo: Methods['addPhoto']['params']): void;
  /** Lets go of a photo, whether or not it has been decoded; no worker is started for that. */
  forget(photo: string): void;
  /** Ends the worker; everything pending rejects with `cancelled`. */
  close(): void;
}
export interface EngineOptions {
  /** Called when the worker died or the device was lost, with one sentence; the next call starts afresh. */
  readonly onLost?: (error: WireError) => void;
}
