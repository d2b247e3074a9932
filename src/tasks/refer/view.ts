/** What the user chose for looking at a mask and the words behind it. */
export interface ReferView {
  readonly threshold: number;
  readonly opacity: number;
  readonly outline: boolean;
  /** UNet level of the heat maps; undefined = the finest there is. */
  readonly level: number | undefined;
  /** BPE pieces apart instead of merged into words. */
  readonly pieces: boolean;
  /** One scale for all words (their magnitudes compare), or each map on its own. */
  readonly shared: boolean;
  /** Units of the token strip: the one under the pointer or focus, and the one that was clicked. */
  readonly hovered: string | undefined;
  readonly locked: string | undefined;
}

export const REFER_VIEW: ReferView = {
  threshold: 0.5,
  opacity: 0.45,
  outline: true,
  level: undefined,
  pieces: false,
  shared: false,
  hovered: undefined,
  locked: undefined,
};
