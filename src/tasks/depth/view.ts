import type { ColormapName } from '../../image/colormap.ts';

/** Which depths the colours span; beyond it they stay at the end colours. */
export type DepthRange =
  | { readonly kind: 'whole' }
  /** Per cent of the pixels that are nearer than the low and the high end. */
  | { readonly kind: 'percentile'; readonly low: number; readonly high: number }
  /** Metres. */
  | { readonly kind: 'typed'; readonly near: number; readonly far: number };

/** A point of the photo, as shares of its width and height in [0, 1). */
export interface Place {
  readonly u: number;
  readonly v: number;
}

/** What the user chose for looking at depth; nothing here runs the model again, but for the scene. */
export interface DepthView {
  readonly colormap: ColormapName;
  readonly invert: boolean;
  /** Name of a scene of the pack, or undefined for the pack's own default. */
  readonly scene: string | undefined;
  readonly show: 'depth' | 'normals';
  readonly range: DepthRange;
  /** Metres between contour lines; 0 draws none. */
  readonly contour: number;
  /** Horizontal field of view of the photo's camera, degrees; undefined for that which the network takes it to have. */
  readonly fov: number | undefined;
  /** Surfaces seen at more than this angle, degrees, are cut from the 3D view and its files; 90 keeps all. */
  readonly edgeAngle: number;
  readonly measuring: boolean;
  /** At most two, on the photo `photo`. */
  readonly measured: { readonly photo: string; readonly points: readonly Place[] } | undefined;
}

/** The ramps that the network draws at jumps of depth are steeper than this; the floor of a room, seen from eye height, is not. */
const EDGE_ANGLE = 82;

export const DEPTH_VIEW: DepthView = {
  colormap: 'turbo',
  invert: true,
  scene: undefined,
  show: 'depth',
  range: { kind: 'whole' },
  contour: 0,
  fov: undefined,
  edgeAngle: EDGE_ANGLE,
  measuring: false,
  measured: undefined,
};
