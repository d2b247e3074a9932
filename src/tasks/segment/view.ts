/** What the user chose for looking at classes. */
export interface SegmentView {
  /** Classes that are switched off. */
  readonly hidden: readonly number[];
  /** The class under the pointer, in the legend or on the photo. */
  readonly hovered: number | undefined;
  /** The class whose attention map is on show. */
  readonly selected: number | undefined;
  readonly level: number | undefined;
}

export const SEGMENT_VIEW: SegmentView = {
  hidden: [],
  hovered: undefined,
  selected: undefined,
  level: undefined,
};
