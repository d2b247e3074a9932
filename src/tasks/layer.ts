/**
 * What a task tells the stage to draw over the photo. Everything that a slider changes is a number, so that a step of it
 * costs one draw call; a plane is uploaded only when its array is a new one.
 */

/** Row-major values that cover the photo edge to edge. */
export interface Raster<T extends Float32Array | Uint8Array = Float32Array> {
  readonly width: number;
  readonly height: number;
  readonly data: T;
}

/** 256 colours, 3 bytes each, from the low to the high end. */
export type ColourTable = Uint8Array;

/** Blend modes with the layers below, named as in CSS and image editors. */
export const BLENDS = ['normal', 'multiply', 'screen', 'overlay', 'color', 'luminosity'] as const;
export type Blend = (typeof BLENDS)[number];

/** Least opacity of a layer that shows what leaving out a word or a class changed. */
export const CHANGE_OPACITY = 0.85;

/** Properties of every layer. */
export interface Look {
  readonly opacity: number;
  readonly blend: Blend;
  /** Side of the compare handle on which it is drawn; right by default. */
  readonly side?: 'left' | 'right';
}

/** Values through a colour table. */
export interface FieldLayer extends Look {
  readonly kind: 'field';
  readonly plane: Raster;
  readonly table: ColourTable;
  /** Values at the table's ends; low > high reverses the table. */
  readonly low: number;
  readonly high: number;
  /** Draws low values more transparently, so that the photo shows through the cold parts of a heat map. */
  readonly fade: boolean;
  /** Share of the plane that lies over the photo: less than 1 if its last cells extend past the photo's edge. */
  readonly coverX: number;
  readonly coverY: number;
  /** Distance between contour lines in the plane's unit; undefined or 0 draws none. */
  readonly contour?: number;
}

/** A picture of its own, e.g. normals as colours. */
export interface PictureLayer extends Look {
  readonly kind: 'picture';
  readonly image: ImageBitmap;
}

/** Labels through a palette. */
export interface LabelLayer extends Look {
  readonly kind: 'labels';
  /** What the labels are: indices of a model's classes, or how two masks (image/masks/overlap.ts) or a result and its truth differ. */
  readonly of: 'classes' | 'difference';
  readonly plane: Raster<Uint8Array>;
  /** 256 entries of RGBA; alpha 0 hides a label. */
  readonly palette: Uint8Array;
  /** The label to emphasize, or −1. */
  readonly highlight: number;
}

/** The pixels whose probability is above a threshold. `opacity` is that of the fill; 0 draws the outline only. */
export interface MaskLayer extends Look {
  readonly kind: 'mask';
  readonly plane: Raster;
  readonly threshold: number;
  /** Colour, 0…255. */
  readonly tint: readonly [number, number, number];
  readonly outline: boolean;
}

export type Layer = FieldLayer | PictureLayer | LabelLayer | MaskLayer;
