/** What the user chose for looking at classes. */
export interface SegmentView {
  /** Names of the classes that are switched off: another model numbers its own differently. */
  readonly hidden: readonly string[];
  /** The class under the pointer, in the legend or on the photo. */
  readonly hovered: number | undefined;
  /** The class whose attention map is on show. */
  readonly selected: number | undefined;
  /** The class whose attention the head is not given, in the comparison on show. */
  readonly without: number | undefined;
  readonly level: number | undefined;
}

/** What belonged to one photo's classes, as it is for the next. */
export const NO_CLASS: Pick<SegmentView, 'hovered' | 'selected' | 'without'> = {
  hovered: undefined,
  selected: undefined,
  without: undefined,
};

export const SEGMENT_VIEW: SegmentView = { ...NO_CLASS, hidden: [], level: undefined };
