/** What the user chose for looking at a mask and the words behind it. */
export interface ReferView {
  readonly opacity: number;
  readonly outline: boolean;
  /** What the pointer does on the photo. */
  readonly brush: 'off' | 'add' | 'erase';
  /** Diameter in pixels of the photo. */
  readonly brushSize: number;
  /** Prompt of the mask that the one on show is compared with. */
  readonly compare: string | undefined;
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
  opacity: 0.45,
  outline: true,
  brush: 'off',
  brushSize: 24,
  compare: undefined,
  level: undefined,
  pieces: false,
  shared: false,
  hovered: undefined,
  locked: undefined,
};
