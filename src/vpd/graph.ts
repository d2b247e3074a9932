import type { TaskId } from './config.ts';

/** How the model is lowered for a device: fused WebGPU kernels or plain ONNX ops; float type of activations. */
export interface Lowering {
  readonly target: 'webgpu' | 'plain';
  readonly float: 'f32' | 'f16';
  /** f16: values between operators are rounded to half precision although `float` is f32, to measure the loss on a CPU. */
  readonly rounding?: 'f16';
  /** For sessions that record and replay a run: a replay repeats kernels but not copies, so every output must come from a kernel. */
  readonly captured?: boolean;
}

/** Values of K that share a scale in a blocked weight: `block_size` of MatMulNBits, for which 32 is the fast choice on WebGPU. */
export const BLOCK_SIZE = 32;

/** Position of a stored tensor in a pack's file, to which ONNX external data points. */
export interface StoredTensor {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly dtype: 'F32' | 'F16' | 'U8' | 'I8';
  readonly shape: readonly number[];
}
/** Tensors of a pack by name. A quantized parameter `x` is stored as `x.q` and `x.scale` (see weights/quantize/quantize.ts). */
export type WeightIndex = ReadonlyMap<string, StoredTensor>;

/** What to build. Heights and widths are of the padded network input in pixels: legal (config.working.multiple) sizes. */
export type GraphSpec =
  /** image f32 [1,3,H,W] in [−1,1] → latent f32 [1,4,H/8,W/8], the unscaled mode of the posterior. */
  | { readonly graph: 'vae-encoder'; readonly height: number; readonly width: number }
  /** ids int32 [T] (rows of the token embedding) → hidden f32 [T,width], after the final layer norm. */
  | { readonly graph: 'text-encoder'; readonly tokens: number }
  /**
   * latent f32 [1,4,H/8,W/8] and (refer: hidden f32 [T,context]; depth: scene int32 [1]; segment: nothing) →
   * depth: `depth` f32 [H,W] metres; refer: `logits` f32 [2,H,W]; segment: `logits` f32 [classes,H,W].
   * With maps: `maps{level}` f32 [T, H/8/2^level, W/8/2^level], the averaged maps that the head used, for each level of the task;
   * with features: `feature0..3` f32 NCHW, finest first; with rawMaps: `attention.{block}` f32 [heads,h·w,T] per cross-attention layer.
   * `rows`/`cols`: the unpadded height and width; the output is cropped to them (the deconv head crops its H/32 features first, as in VPD).
   */
  | {
      readonly graph: 'task';
      readonly task: TaskId;
      readonly height: number;
      readonly width: number;
      readonly rows: number;
      readonly cols: number;
      readonly outputs?: readonly ('maps' | 'features' | 'rawMaps')[];
    }
  /**
   * The head of a task graph alone: `feature0..3` and `maps{level}`, as the task graph outputs them → the task's output. Word ablation runs
   * it with other maps on the same features, without a second pass of the UNet.
   */
  | {
      readonly graph: 'head';
      readonly task: TaskId;
      readonly height: number;
      readonly width: number;
      readonly rows: number;
      readonly cols: number;
    }
  /**
   * latent and hidden f32 [T,context] → the UNet's attention, without a head: `maps{level}` f32 [T, H/8/2^level, W/8/2^level] for each
   * of `levels`, averaged as for a head; `self{level}` f32 [N,N] for each of `selfLevels`, N cells of that level: the attention of
   * cell i to cell j, averaged over heads and layers; with rawMaps: `attention.{block}` as above.
   */
  | {
      readonly graph: 'attention';
      readonly height: number;
      readonly width: number;
      readonly tokens: number;
      readonly levels: readonly number[];
      readonly selfLevels: readonly number[];
      readonly rawMaps: boolean;
    }
  /** latent and hidden f32 [T,context] → eps f32 [1,4,H/8,W/8] at t = 1: the plain UNet, for checking a Stable Diffusion checkpoint. */
  | { readonly graph: 'eps'; readonly height: number; readonly width: number; readonly tokens: number };

/** Returns the name of a graph in packs and files: its task, or the graph itself if it belongs to no task. */
export const networkName = (spec: GraphSpec) => ('task' in spec ? spec.task : spec.graph);

const WORDS = {
  'vae-encoder': 'photo encoder',
  'text-encoder': 'text encoder',
  depth: 'depth network',
  refer: 'mask network',
  segment: 'class network',
  attention: 'attention network',
  eps: 'UNet',
} as const satisfies Record<ReturnType<typeof networkName>, string>;

/** Returns what messages call a graph. */
export const networkWords = (spec: GraphSpec): string => WORDS[networkName(spec)];

export interface GraphPort {
  readonly name: string;
  readonly type: 'float32' | 'int32';
  readonly dims: readonly number[];
}

/** An ONNX model without weights, whose initializers point into the pack's files. */
export interface BuiltGraph {
  readonly model: Uint8Array;
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
  /** Pack files that the initializers point into (the `path` of ORT's externalData). */
  readonly files: readonly string[];
  /** Multiply–accumulates of one run, counted while building. */
  readonly macs: number;
  /** Bytes of the largest tensor between two nodes. */
  readonly largest: number;
  /** Bytes of all tensors that nodes output. */
  readonly activations: number;
}
