import type { DepthRange } from '../../eval/depth.ts';
import type { RgbImage } from '../../image/rgb.ts';

/** Values of truth, row-major. */
export interface Truth<T> {
  readonly width: number;
  readonly height: number;
  readonly data: T;
}

/** A photo to be scored; what it holds is read when it is its turn. */
interface Item {
  /** Unique within its data, and the same in every run. */
  readonly id: string;
  photo(): Promise<RgbImage>;
}
interface DepthItem extends Item {
  /** The pack's scene of this photo, or undefined for the pack's first. */
  scene(known: readonly string[]): string | undefined;
  /** Metres. */
  truth(): Promise<Truth<Float32Array>>;
}
interface ReferItem extends Item {
  /** Expressions of one photo name the same. */
  readonly image: string;
  readonly expression: string;
  /** 1 inside; undefined where nothing in the photo fits the expression. */
  readonly truth: (() => Promise<Truth<Uint8Array>>) | undefined;
}
interface SegmentItem extends Item {
  /** Indices of the data's classes, or `ignore`. */
  truth(): Promise<Truth<Uint8Array | Uint16Array>>;
}

/** Data of any kind. */
export interface Data {
  /** Hash of the file that says what is asked and what counts; empty where the items' ids tell. */
  readonly definition: string;
  /** The part of the data that was taken, where it has parts: the one asked for, or the kind's own default. */
  readonly split?: string;
  /** Paths of photos and truth: what they hold tells this data from other. */
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

/** What may be said about data beside where it lies. */
export interface DataOptions {
  /** Part of the data; each kind has its own default. */
  readonly split?: string | undefined;
  /** RefCOCO: whose split, where a folder has several. */
  readonly splitBy?: string | undefined;
  /** RefCOCO: where COCO's train2014 photos lie. */
  readonly images?: string | undefined;
  /** Photos as the paper's own preparation made them, where it did (NYU Depth v2). */
  readonly asPublished?: boolean;
}
