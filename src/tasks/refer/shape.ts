import type { ReferResult } from '../../engine/protocol.ts';
import { cleanMask } from '../../image/regions.ts';
import { ADDED, drawStroke, type Stroke, UNTOUCHED } from '../../image/stroke.ts';
import type { Plane } from '../layer.ts';
import type { MaskItem } from './masks.ts';

/** A mask's pixels. */
export interface MaskShape {
  readonly width: number;
  readonly height: number;
  /** 1 inside, 0 outside, row-major. */
  readonly mask: Uint8Array;
  /** Pixels inside. */
  readonly inside: number;
  /** What is drawn and stretched: the probability, and 1 or 0 where cleaning or the brush decided otherwise. Above the threshold is inside. */
  readonly plane: Plane;
}

type Settings = Pick<MaskItem, 'threshold' | 'specks' | 'holes' | 'strokes'>;

interface Known {
  readonly own: Plane;
  edits: { readonly strokes: readonly Stroke[]; readonly data: Uint8Array } | undefined;
  cleaned: { readonly item: Settings; readonly mask: Uint8Array } | undefined;
  shape: { readonly item: Settings; readonly value: MaskShape } | undefined;
}

const memo = new WeakMap<ReferResult, Known>();

/**
 * The mask of a result with the item's threshold, cleaning and strokes, in this order: what the brush did is never undone by a slider.
 * The last one of each result is remembered, and a stroke that grows is drawn from where it ended.
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
  const value = compose(known, result, item);
  known.shape = { item, value };
  return value;
}

const sameCleaning = (a: Settings, b: Settings) =>
  a.threshold === b.threshold && a.specks === b.specks && a.holes === b.holes;

function compose(known: Known, { width, height, probability }: ReferResult, item: Settings): MaskShape {
  const { threshold } = item;
  const cleaned = cleanedMask(known, width, height, probability, item);
  const untouched = item.strokes.length === 0;
  const isPlain = untouched && item.specks === 0 && item.holes === 0;
  const edits = untouched ? undefined : editsOf(known, width, height, item.strokes);
  const mask = new Uint8Array(cleaned.length);
  // The probability itself where nothing decided otherwise: moving the threshold then uploads nothing.
  const data = isPlain ? probability : probability.slice();
  let inside = 0;
  for (let i = 0; i < mask.length; i++) {
    const edit = edits?.[i] ?? UNTOUCHED;
    const value = edit === UNTOUCHED ? (cleaned[i] ?? 0) : edit === ADDED ? 1 : 0;
    mask[i] = value;
    inside += value;
    if (!isPlain && (edit !== UNTOUCHED || (data[i] ?? 0) > threshold !== (value === 1))) data[i] = value;
  }
  return { width, height, mask, inside, plane: isPlain ? known.own : { width, height, data } };
}

function cleanedMask(
  known: Known,
  width: number,
  height: number,
  probability: Float32Array,
  item: Settings,
): Uint8Array {
  if (known.cleaned && sameCleaning(known.cleaned.item, item)) return known.cleaned.mask;
  const above = new Uint8Array(probability.length);
  for (let i = 0; i < above.length; i++) above[i] = (probability[i] ?? 0) > item.threshold ? 1 : 0;
  const pixels = (share: number) => Math.round(share * above.length);
  const mask = cleanMask(above, width, height, pixels(item.specks), pixels(item.holes));
  known.cleaned = { item, mask };
  return mask;
}

/** What the strokes left on each pixel. */
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

/** Where drawing goes on if `now` only adds to `before`: the stroke and its first point that is new; undefined if it does not. */
function sharedStart(before: readonly Stroke[], now: readonly Stroke[]): { stroke: number; point: number } | undefined {
  const last = before.length - 1;
  if (now.length <= last || before.some((stroke, i) => i < last && stroke !== now[i])) return undefined;
  const [old, grown] = [before[last], now[last]];
  if (!old || old === grown) return { stroke: last + 1, point: 0 };
  const grew =
    grown?.erase === old.erase &&
    grown.radius === old.radius &&
    old.points.every((value, i) => grown.points[i] === value);
  return grew ? { stroke: last, point: old.points.length / 2 } : undefined;
}
