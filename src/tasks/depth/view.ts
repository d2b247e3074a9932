import type { ColormapName } from '../../image/colormap.ts';
import type { Place } from '../place.ts';

/** Range of depths over the colours; depths outside it get the end colours. */
export type DepthRange =
  | { readonly kind: 'whole' }
  /** Percentages of the pixels that are nearer than the low and the high end. */
  | { readonly kind: 'percentile'; readonly low: number; readonly high: number }
  /** Metres. */
  | { readonly kind: 'typed'; readonly near: number; readonly far: number };

/** The user's settings for the view of depth; only the scene makes the model run again. */
export interface DepthView {
  readonly colormap: ColormapName;
  readonly invert: boolean;
  /** Name of a scene of the pack; the pack's first scene if undefined. */
  readonly scene: string | undefined;
  readonly show: 'depth' | 'normals';
  readonly range: DepthRange;
  /** Metres between contour lines; 0 draws none. */
  readonly contour: number;
  /** Horizontal field of view that the user chose, degrees; undefined for the automatic one. */
  readonly fov: number | undefined;
  /** Surfaces seen at more than this angle, degrees, are cut from the 3D view and its files; 90 keeps all. */
  readonly edgeAngle: number;
  readonly measuring: boolean;
  /** At most two points on the photo `photo`. */
  readonly measured: { readonly photo: string; readonly points: readonly Place[] } | undefined;
}

/** Degrees. The network smooths jumps of depth into ramps steeper than this; the floor of a room, seen from eye height, is less steep. */
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
