/**
 * What a task asks the stage to draw over the photo. Everything that a slider moves is a number here, so that a slider
 * costs one draw call; planes are uploaded once, when their array is a new one.
 */

/** Row-major values that cover the photo edge to edge. */
export interface Raster<T extends Float32Array | Uint8Array = Float32Array> {
  readonly width: number;
  readonly height: number;
  readonly data: T;
}

/** 256 colours, 3 bytes each, from the low to the high end. */
export type ColourTable = Uint8Array;

/** How a layer's colours meet what lies below them, by the names that CSS and image editors use. */
export const BLENDS = ['normal', 'multiply', 'screen', 'overlay', 'color', 'luminosity'] as const;
export type Blend = (typeof BLENDS)[number];

/** What every layer has. */
export interface Look {
  readonly opacity: number;
  readonly blend: Blend;
  /** On which side of the compare handle it is drawn; the right one unless it says otherwise. */
  readonly side?: 'left' | 'right';
}

/** Values through a colour table. */
export interface FieldLayer extends Look {
  readonly kind: 'field';
  readonly plane: Raster;
  readonly table: ColourTable;
  /** Values at the table's ends; low > high turns the table round. */
  readonly low: number;
  readonly high: number;
  /** Low values more transparent than high ones, so that the photo shows where a heat map is cold. */
  readonly fade: boolean;
  /** Share of the plane that lies over the photo (1 unless its last cells reach over the edge). */
  readonly coverX: number;
  readonly coverY: number;
  /** Distance between contour lines in the plane's unit; none, or 0, draws no lines. */
  readonly contour?: number;
}

/** A picture of its own, e.g. normals as colours. */
export interface PictureLayer extends Look {
  readonly kind: 'picture';
  readonly image: ImageBitmap;
}

/** Class indices through a palette. */
export interface LabelLayer extends Look {
  readonly kind: 'labels';
  readonly plane: Raster<Uint8Array>;
  /** 256 entries of RGBA; alpha 0 hides a class. */
  readonly palette: Uint8Array;
  /** The class to lift out of the others, or −1. */
  readonly highlight: number;
}

/** Where a probability is above a threshold. `opacity` is the fill's; 0 leaves the outline alone. */
export interface MaskLayer extends Look {
  readonly kind: 'mask';
  readonly plane: Raster;
  readonly threshold: number;
  /** Colour, 0…255. */
  readonly tint: readonly [number, number, number];
  readonly outline: boolean;
}

export type Layer = FieldLayer | PictureLayer | LabelLayer | MaskLayer;
