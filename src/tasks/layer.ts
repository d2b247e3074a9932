/**
 * Types only: what a task asks the stage to draw over the photo. Everything that a slider moves is a number here, so that a slider
 * costs one draw call; planes are uploaded once, when their array is a new one.
 */

/** A row-major plane of values that covers the photo edge to edge. */
export interface Plane<T extends Float32Array | Uint8Array = Float32Array> {
  readonly width: number;
  readonly height: number;
  readonly data: T;
}

/** 256 colours, 3 bytes each, from the low to the high end. */
export type ColourTable = Uint8Array;

/** Values through a colour table. */
export interface FieldLayer {
  readonly kind: 'field';
  readonly plane: Plane;
  readonly table: ColourTable;
  /** Values at the table's ends; low > high turns the table round. */
  readonly low: number;
  readonly high: number;
  readonly opacity: number;
  /** Low values more transparent than high ones, so that the photo shows where a heat map is cold. */
  readonly fade: boolean;
  /** Share of the plane that lies over the photo (1 unless its last cells reach over the edge). */
  readonly coverX: number;
  readonly coverY: number;
  /** Distance between contour lines in the plane's unit; none, or 0, draws no lines. */
  readonly contour?: number;
}

/** A picture of its own, e.g. normals as colours. */
export interface PictureLayer {
  readonly kind: 'picture';
  readonly image: ImageBitmap;
  readonly opacity: number;
}

/** Class indices through a palette. */
export interface LabelLayer {
  readonly kind: 'labels';
  readonly plane: Plane<Uint8Array>;
  /** 256 entries of RGBA; alpha 0 hides a class. */
  readonly palette: Uint8Array;
  readonly opacity: number;
  /** The class to lift out of the others, or −1. */
  readonly highlight: number;
}

/** Where a probability is above a threshold; any number of them, drawn in order. */
export interface MaskLayer {
  readonly kind: 'mask';
  readonly plane: Plane;
  readonly threshold: number;
  /** Colour, 0…255. */
  readonly tint: readonly [number, number, number];
  /** Of the fill; 0 leaves the outline alone. */
  readonly opacity: number;
  readonly outline: boolean;
}

export type Layer = FieldLayer | PictureLayer | LabelLayer | MaskLayer;
