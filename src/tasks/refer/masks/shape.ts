import type { ReferResult } from '../../../engine/results.ts';
import { INSIDE } from '../../../image/masks/mask.ts';
import { cleanMask } from '../../../image/masks/regions.ts';
import { ADDED, drawStroke, type Stroke, UNTOUCHED } from '../../../image/masks/stroke.ts';
import type { Raster } from '../../layer.ts';
import type { MaskItem } from './masks.ts';

/** A mask's pixels. */
export interface MaskShape {
  readonly width: number;
  readonly height: number;
  /** 1 inside, 0 outside, row-major; computed on first use for an unedited result. */
  readonly mask: Uint8Array;
  /** Number of pixels inside. */
  readonly inside: number;
  /** Number of pixels above the threshold, before cleaning and the brush. */
  readonly above: number;
  /** Plane to draw: the probability, or 1 and 0 where cleaning or the brush changed the mask; values above the threshold are inside. */
  readonly plane: Raster;
}

type Settings = Pick<MaskItem, 'threshold' | 'specks' | 'holes' | 'strokes'>;

interface Cleaned {
  readonly item: Settings;
  readonly mask: Uint8Array;
  readonly inside: number;
}

interface Known {
  readonly own: Raster;
  edits: { readonly strokes: readonly Stroke[]; readonly data: Uint8Array } | undefined;
  cleaned: Cleaned | undefined;
  shape: { readonly item: Settings; readonly value: MaskShape } | undefined;
}

const memo = new WeakMap<ReferResult, Known>();

/**
 * Computes a result's mask: the item's threshold, then cleaning, then strokes, so that sliders do not undo the brush. The last mask of
 * each result is cached, and of a growing stroke only the new part is drawn.
 */
export function shapeOf(result: ReferResult, item: Settings): MaskShape {
  let known = memo.get(result);
  if (!known) {
    const own = { width: result.width, height: result.height, data: result.probability };
    known = { own, edits: undefined, cleaned: undefined, shape: undefined };
    memo.set(result, known);
  }
  const last = known.shape;
  if (last && last.item.strokes === item.strokes && sameCleaning(last.item, item)) return last.value;
  const value = computeShape(known, result, item);
  known.shape = { item, value };
  return value;
}

const sameCleaning = (a: Settings, b: Settings) =>
  a.threshold === b.threshold && a.specks === b.specks && a.holes === b.holes;

function computeShape(known: Known, { width, height, probability, area }: ReferResult, item: Settings): MaskShape {
  const { threshold } = item;
  const clean = () => cleanedMask(known, width, height, probability, item);
  const untouched = item.strokes.length === 0;
  if (untouched && item.specks === 0 && item.holes === 0) {
    // The unchanged probability array, so that moving the threshold uploads nothing.
    const plane = known.own;
    // The result's area is that at the threshold INSIDE.
    const inside = threshold === INSIDE ? Math.round(area * width * height) : clean().inside;
    return {
      width,
      height,
      inside,
      above: inside,
      plane,
      get mask() {
        return clean().mask;
      },
    };
  }
  const cleaned = clean();
  const edits = untouched ? undefined : editsOf(known, width, height, item.strokes);
  const mask = edits ? new Uint8Array(cleaned.mask.length) : cleaned.mask;
  const data = probability.slice();
  let inside = 0;
  for (let i = 0; i < mask.length; i++) {
    const edit = edits?.[i] ?? UNTOUCHED;
    const value = edit === UNTOUCHED ? (cleaned.mask[i] ?? 0) : edit === ADDED ? 1 : 0;
    mask[i] = value;
    inside += value;
    if (edit !== UNTOUCHED || (data[i] ?? 0) > threshold !== (value === 1)) data[i] = value;
  }
  return { width, height, mask, inside, above: cleaned.inside, plane: { width, height, data } };
}

/** The mask before the brush; `inside` is the number of pixels before cleaning. */
function cleanedMask(known: Known, width: number, height: number, probability: Float32Array, item: Settings): Cleaned {
  if (known.cleaned && sameCleaning(known.cleaned.item, item)) return known.cleaned;
  const { threshold } = item;
  const above = new Uint8Array(probability.length);
  let inside = 0;
  // A single pass, because these are millions of pixels on the page's own thread.
  for (let i = 0; i < probability.length; i++) {
    const value = (probability[i] ?? 0) > threshold ? 1 : 0;
    above[i] = value;
    inside += value;
  }
  const pixels = (share: number) => Math.round(share * above.length);
  const [specks, holes] = [pixels(item.specks), pixels(item.holes)];
  const mask = specks + holes === 0 ? above : cleanMask(above, width, height, specks, holes);
  known.cleaned = { item, mask, inside };
  return known.cleaned;
}

/** The edit of each pixel after all strokes: untouched, added or erased. */
function editsOf(known: Known, width: number, height: number, strokes: readonly Stroke[]): Uint8Array {
  const before = known.edits;
  if (before?.strokes === strokes) return before.data;
  const drawn = before ? sharedStart(before.strokes, strokes) : undefined;
  const data = drawn && before ? before.data : new Uint8Array(width * height);
  for (let i = drawn?.stroke ?? 0; i < strokes.length; i++) {
    const stroke = strokes[i];
    if (stroke) drawStroke(data, width, height, stroke, i === drawn?.stroke ? drawn.point : 0);
  }
  known.edits = { strokes, data };
  return data;
}

/** Where `now` continues `before`: the stroke and its first new point; undefined if `now` does not start with `before`. */
function sharedStart(before: readonly Stroke[], now: readonly Stroke[]): { stroke: number; point: number } | undefined {
  const last = before.length - 1;
  if (before.some((stroke, i) => i < last && stroke !== now[i])) return undefined;
  const [old, grown] = [before[last], now[last]];
  if (!old || old === grown) return { stroke: last + 1, point: 0 };
  const grew =
    grown?.erase === old.erase &&
    grown.radius === old.radius &&
    old.points.every((value, i) => grown.points[i] === value);
  return grew ? { stroke: last, point: old.points.length / 2 } : undefined;
}
