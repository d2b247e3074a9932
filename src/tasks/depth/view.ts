import type { ColormapName } from '../../image/colormap.ts';

/** What the user chose for looking at depth; nothing here runs the model again, but for the scene. */
export interface DepthView {
  readonly colormap: ColormapName;
  readonly invert: boolean;
  readonly opacity: number;
  /** Name of a scene of the pack, or undefined for the pack's own default. */
  readonly scene: string | undefined;
}

export const DEPTH_VIEW: DepthView = { colormap: 'turbo', invert: true, opacity: 1, scene: undefined };
