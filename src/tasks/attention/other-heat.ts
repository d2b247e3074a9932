/** Another model's map of the same word or class, drawn on the other side of the compare handle. */
export interface OtherHeat {
  /** Its largest weight; undefined if it has no such map. */
  readonly max: number | undefined;
  /** Weight of the last colour if it were drawn alone. */
  readonly high: number;
  /** What its map is of. */
  readonly source: string;
}

/** Returns the weight of the last colour of both maps: the larger of the two ends. */
export const commonEnd = (high: number, other: OtherHeat | undefined): number => Math.max(high, other?.high ?? 0);
