import type { DepthRange } from '../../eval/depth.ts';
import type { RgbImage } from '../../image/rgb.ts';

/** Ground truth of a photo, row-major. */
export interface Truth<T> {
  readonly width: number;
  readonly height: number;
  readonly data: T;
}

/** A photo to be scored; its files are read on demand. */
interface Item {
  /** Unique within its data, and the same in every run. */
  readonly id: string;
  photo(): Promise<RgbImage>;
}
interface DepthItem extends Item {
  /** Returns the pack's scene for this photo; undefined for the pack's first. */
  scene(known: readonly string[]): string | undefined;
  /** Metres. */
  truth(): Promise<Truth<Float32Array>>;
}
interface ReferItem extends Item {
  /** Identifies the photo, which several expressions may share. */
  readonly image: string;
  readonly expression: string;
  /** Mask, 1 inside; undefined if nothing in the photo fits the expression. */
  readonly truth: (() => Promise<Truth<Uint8Array>>) | undefined;
}
interface SegmentItem extends Item {
  /** Indices of the data's classes, or `ignore`. */
  truth(): Promise<Truth<Uint8Array | Uint16Array>>;
}

/** Data of any kind. */
export interface Data {
  /** Hash of the file that defines items and scoring; empty if the items' ids are enough to identify them. */
  readonly definition: string;
  /** The split in use, requested or default, if the data have splits. */
  readonly split?: string;
  /** Paths of photos and truth, whose content identifies the data. */
  files(): readonly string[];
}
export interface DepthData extends Data {
  readonly items: readonly DepthItem[];
  /** Which pixels count. */
  readonly range: DepthRange;
  close?(): void;
}
export interface ReferData extends Data {
  readonly items: readonly ReferItem[];
}
export interface SegmentData extends Data {
  readonly items: readonly SegmentItem[];
  readonly names: readonly string[];
  readonly ignore: number;
}

/** Options of data in addition to their folder. */
export interface DataOptions {
  /** Part of the data; each kind has its own default. */
  readonly split?: string | undefined;
  /** RefCOCO: author of the split, if a folder has several. */
  readonly splitBy?: string | undefined;
  /** RefCOCO: folder of COCO's train2014 photos. */
  readonly images?: string | undefined;
  /** NYU Depth v2: photos as preprocessed by VPD. */
  readonly asPreprocessed?: boolean;
}
