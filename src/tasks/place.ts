/** A point of the photo, as shares of its width and height in [0, 1). */
export interface Place {
  readonly u: number;
  readonly v: number;
}
