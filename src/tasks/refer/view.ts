import type { MapScale, MapSource } from '../attention/source.ts';

/** What the user chose for looking at a mask and the words behind it. */
export interface ReferView {
  readonly outline: boolean;
  /** What the pointer does on the photo. */
  readonly brush: 'off' | 'add' | 'erase';
  /** Diameter in pixels of the photo. */
  readonly brushSize: number;
  /** Prompt of the mask that the one on show is compared with. */
  readonly compare: string | undefined;
  /** UNet level of the heat maps; undefined = the finest there is. */
  readonly level: number | undefined;
  /** One layer and head, or undefined for the means that the head used. */
  readonly source: MapSource | undefined;
  /** Whether the grid of layers and heads is open, and so computed. */
  readonly grid: boolean;
  /** BPE pieces apart instead of merged into words. */
  readonly pieces: boolean;
  readonly scale: MapScale;
  /** Units of the token strip: the one under the pointer or focus, and the one that was clicked. */
  readonly hovered: string | undefined;
  readonly locked: string | undefined;
  /** Tokens whose maps the head is not given, in the comparison on show. */
  readonly without: readonly number[];
  /** Whether every word is left out in turn, for the table. */
  readonly ranking: boolean;
  /** Masks from attention alone, though the pack has a head. */
  readonly zeroShot: boolean;
}

export const REFER_VIEW: ReferView = {
  outline: true,
  brush: 'off',
  brushSize: 24,
  compare: undefined,
  level: undefined,
  source: undefined,
  grid: false,
  pieces: false,
  scale: 'own',
  hovered: undefined,
  locked: undefined,
  without: [],
  ranking: false,
  zeroShot: false,
};

/** What belonged to one prompt on one photo, as it is for the next. */
export const NO_WORD: Pick<ReferView, 'hovered' | 'locked' | 'without' | 'ranking'> = {
  hovered: undefined,
  locked: undefined,
  without: [],
  ranking: false,
};
