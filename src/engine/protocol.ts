/**
 * The messages between page and worker; types only. One map of method → params and result.
 * Every request has an id and can be cancelled; buffers of results are transferred, not copied.
 */

import type { TokenInfo, WordInfo } from '../text/tokens.ts';
import type { PackSummary } from '../weights/pack/pack-summary.ts';
import type { RequestFor } from '../worker-calls/methods.ts';
import type { WireError } from '../worker-calls/wire.ts';
import type {
  AblateClassesResult,
  AblateResult,
  DepthResult,
  DeviceReport,
  RawMapsResult,
  ReferResult,
  SegmentResult,
  StageTiming,
} from './results.ts';

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

/** A rectangle of a photo in its pixels, and how many pixels of the picture each of them becomes: at most 1. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

/*
 * Results with a `width` and a `height`: their plane (`metres`, `probability` or `labels`) has one value per pixel, row-major, and covers
 * the photo edge to edge. It is as large as the photo, or smaller so that its long side has at most MAX_RESULT_SIDE px (tasks/options.ts).
 */

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
  /** Cuts a part out of a photo, for a stage that shows it larger than its bitmap. Does not wait for a task that runs. */
  crop: { params: { readonly photo: string; readonly crop: Crop }; result: { readonly bitmap: ImageBitmap } };
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
