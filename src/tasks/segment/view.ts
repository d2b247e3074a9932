/** The user's settings for the view of the classes. */
export interface SegmentView {
  /** Names of the hidden classes; names, because another model numbers its classes differently. */
  readonly hidden: readonly string[];
  /** The class under the pointer, in the legend or on the photo. */
  readonly hovered: number | undefined;
  /** The class whose attention map is shown. */
  readonly selected: number | undefined;
  /** The class that is left out: the head runs without its attention. */
  readonly without: number | undefined;
  readonly level: number | undefined;
}

/** Initial values of the settings that belong to one photo's classes. */
export const NO_CLASS: Pick<SegmentView, 'hovered' | 'selected' | 'without'> = {
  hovered: undefined,
  selected: undefined,
  without: undefined,
};

export const SEGMENT_VIEW: SegmentView = { ...NO_CLASS, hidden: [], level: undefined };
