/**
 * The sizes of one VPD model: the same architecture for the true Stable Diffusion v1.5 checkpoints, the 1/10-width fixtures and the
 * embedded pack. Every graph (vae.ts, unet.ts, clip.ts, heads/) is written once and reads its shapes from here.
 */

import type { AbsenceModel } from './absence.ts';

export const TASK_IDS = ['depth', 'refer', 'segment'] as const;
export type TaskId = (typeof TASK_IDS)[number];
export const isTaskId = (word: string | undefined): word is TaskId => TASK_IDS.some((id) => id === word);

/** Most levels that a network of this family has; Stable Diffusion has four. */
export const MAX_LEVELS = 8;

/** KL autoencoder's encoder (CompVis `Encoder`). f = patch · 2^(mult.length − 1) is 8 in every family. */
export interface VaeConfig {
  readonly channels: number;
  readonly mult: readonly number[];
  /** Residual blocks per level. */
  readonly blocks: number;
  /** Latent channels; the mode is the first half of the moments. */
  readonly latent: number;
  /** Space-to-depth factor before conv_in (1 in Stable Diffusion). */
  readonly patch: number;
  /** Self-attention between the two middle blocks. */
  readonly midAttention: boolean;
  readonly groups: number;
}

/** CompVis `UNetModel`. Level i runs at H/8/2^i with channels·mult[i] channels. */
export interface UnetConfig {
  readonly channels: number;
  readonly mult: readonly number[];
  readonly blocks: number;
  /** Width of the text context. */
  readonly context: number;
  readonly latent: number;
  /** Heads of every attention layer: a fixed count (Stable Diffusion: 8) or a fixed width per head. Exactly one is given. */
  readonly heads?: number;
  readonly headChannels?: number;
  /** Whether level i has a transformer with cross-attention; the middle block always has one. */
  readonly crossAttention: readonly boolean[];
  /** Whether the transformers of level i also have self-attention; the middle block always has. */
  readonly selfAttention: readonly boolean[];
  /** Feed-forward width over channels (GEGLU). */
  readonly ffMult: number;
  readonly groups: number;
  /** Modules whose outputs are the features f0..f3, finest first, e.g. `output_blocks.11` or `output_blocks.7.1`. */
  readonly features: readonly string[];
  /**
   * Factor from the VAE's latents to those that the UNet was trained on as a denoiser (0.18215 in Stable Diffusion); absent where they are
   * the same. VPD's heads take latents as they are.
   */
  readonly latentScale?: number;
  /** Whether `out.*` (the eps prediction) is present. */
  readonly eps?: boolean;
  /** If given, every transformer adds `place.weight` [C,2] × the cells' positions to its tokens (embedded pack, not Stable Diffusion). */
  readonly position?: Position;
}

/** Encoding of a cell's position: its offset from the centre of the input, x to the right and y down, in units of `unit` latent pixels. */
export interface Position {
  readonly unit: number;
}

/** CLIP text transformer. */
export interface TextConfig {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly mlp: number;
  readonly maxTokens: number;
  /** Rows of the token embedding: CLIP ids by row (row 0 = −1, the unknown piece), or absent when row = CLIP id (49,408 rows). */
  readonly vocabulary?: readonly number[];
  /** For words that the vocabulary lacks, words of it with nearly the same meaning: “settee” is read as “sofa”. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** VPD's depth decoder: aggregation to H/32, transposed convolutions, two bilinear stages (paper §4.2; 3 × 32, 192). */
export interface DeconvHeadConfig {
  readonly kind: 'deconv';
  /** Channels of out_layer (1536 in VPD). */
  readonly aggregate: number;
  readonly deconv: readonly number[];
  readonly channels: number;
  readonly groups: number;
  readonly outputs: number;
}

/** VPD's referring decoder: coarse to fine, bilinear (align_corners) + concat + two conv–BN–ReLU per level. */
export interface TopDownHeadConfig {
  readonly kind: 'topdown';
  readonly hidden: number;
  /** Extra stages above f0: bilinear ×2 (align_corners false), conv–BN–ReLU to these channels. Empty in VPD. */
  readonly refine: readonly number[];
  readonly outputs: number;
  /** If given, the positions of a level's cells are concatenated as the last two channels (embedded pack; not in VPD). */
  readonly position?: Position;
}

/** VPD's semantic decoder: mmsegmentation FPN + FPNHead. */
export interface FpnHeadConfig {
  readonly kind: 'fpn';
  readonly channels: number;
  readonly headChannels: number;
  readonly outputs: number;
}

export type HeadConfig = DeconvHeadConfig | TopDownHeadConfig | FpnHeadConfig;

/** Settings of the guided filter with which a task's planes are resized to the photo's size (image/guided.ts). */
export interface GuidedFilter {
  /** Half a window's side, in pixels of the network's input. */
  readonly radius: number;
  /** Variance of the photo's colours (0…1) below which a window counts as even, so that the plane is smoothed there. */
  readonly epsilon: number;
}

interface TaskBase {
  readonly head: HeadConfig;
  /** UNet levels (0 = H/8) whose averaged cross-attention maps are concatenated to the features. */
  readonly maps: readonly number[];
  /** If given, results at a photo's size follow the photo's edges (embedded pack; not in VPD). */
  readonly guided?: GuidedFilter;
}
/** One context token: the embedding of a scene name. */
export interface DepthTask extends TaskBase {
  readonly context: 'scene';
  readonly scenes: readonly string[];
  /** Metres at sigmoid = 1. */
  readonly maxDepth: number;
}

/** The text's hidden states, padded with the end token to `tokens`. */
export interface ReferTask extends TaskBase {
  readonly context: 'text';
  readonly tokens: number;
  /** Estimates that nothing fits the words; only in calibrated packs (`vpd calibrate`). */
  readonly absence?: AbsenceModel;
}
/** One context token per class. */
export interface SegmentTask extends TaskBase {
  readonly context: 'classes';
  readonly classes: readonly string[];
}
export interface TaskConfigs {
  readonly depth?: DepthTask;
  readonly refer?: ReferTask;
  readonly segment?: SegmentTask;
}

export interface VpdConfig {
  readonly family: string;
  readonly name: string;
  readonly vae: VaeConfig;
  readonly unet: UnetConfig;
  readonly text?: TextConfig;
  readonly tasks: TaskConfigs;
  readonly working: {
    /** Long side, in pixels, to which protocol `fit` resizes a photo. */
    readonly longSide: number;
    /** Largest short side, in pixels, if less than `longSide`: in a square photo things then have the same scale as in a wider one. */
    readonly shortSide?: number;
    /** Both sides of the network's input are multiples of this (64: three halvings of the H/8 latent). */
    readonly multiple: number;
  };
}

/** Returns the number of tokens of a task's context: 1 scene, the text's tokens, or one per class. */
export function contextTokens(task: NonNullable<TaskConfigs[TaskId]>): number {
  switch (task.context) {
    case 'scene':
      return 1;
    case 'text':
      return task.tokens;
    case 'classes':
      return task.classes.length;
  }
}

/** True if some context of this model has more than one token, so that queries and keys have an effect. */
export function attends(config: VpdConfig): boolean {
  return Boolean(config.unet.eps || config.tasks.refer || config.tasks.segment);
}
