import type { MapScale, MapSource } from '../attention/head-maps.ts';

/** Sections of the panel that can be closed, besides the layers and heads (`grid`), which are computed when they are opened. */
export const FIND_SECTIONS = ['attention', 'tools', 'ablation', 'crosshair', 'maps', 'compare'] as const;
export type FindSection = (typeof FIND_SECTIONS)[number];

/** The user's settings for the view of masks and words. */
export interface ReferView {
  readonly outline: boolean;
  /** What the brush does; `off`: the pointer does not paint. */
  readonly brush: 'off' | 'add' | 'erase';
  /** Diameter in pixels of the photo. */
  readonly brushSize: number;
  /** Prompt of the mask with which the shown one is compared. */
  readonly compare: string | undefined;
  /** UNet level of the heat maps; the finest if undefined. */
  readonly level: number | undefined;
  /** Layer and head of the heat maps, or undefined for the means over them. */
  readonly source: MapSource | undefined;
  /** Whether the grid of layers and heads is open; only then it is computed. */
  readonly grid: boolean;
  /** Shows BPE pieces instead of words. */
  readonly pieces: boolean;
  readonly scale: MapScale;
  /** Keys of units of the token strip: the one under the pointer or with the focus, and the clicked one. */
  readonly hovered: string | undefined;
  readonly locked: string | undefined;
  /** Prompt of the mask whose row in the list is under the pointer or has the focus. */
  readonly hoveredMask: string | undefined;
  /** Tokens that are left out: the head runs without their maps. */
  readonly without: readonly number[];
  /** Whether the table with every word left out in turn is shown. */
  readonly ranking: boolean;
  /** Computes masks from attention alone, even if the pack has a head. */
  readonly zeroShot: boolean;
  readonly closed: readonly FindSection[];
}

export const REFER_VIEW: ReferView = {
  outline: true,
  brush: 'off',
  brushSize: 24,
  compare: undefined,
  level: undefined,
  source: undefined,
  grid: false,
  pieces: false,
  scale: 'own',
  hovered: undefined,
  locked: undefined,
  hoveredMask: undefined,
  without: [],
  ranking: false,
  zeroShot: false,
  // Closed, so that what the words did is visible without scrolling.
  closed: ['tools'],
};

/** Initial values of the settings that belong to one prompt on one photo. */
export const NO_WORD: Pick<ReferView, 'hovered' | 'locked' | 'without' | 'ranking'> = {
  hovered: undefined,
  locked: undefined,
  without: [],
  ranking: false,
};
