import * as v from 'valibot';
import { COLORMAPS } from '../../image/colormap.ts';
import { DEPTH_VIEW, type DepthView } from '../../tasks/depth/view.ts';
import { BLENDS } from '../../tasks/layer.ts';
import { LAYERS_STATE, type LayersState } from '../../tasks/layer-stack.ts';
import { REFER_VIEW, type ReferView } from '../../tasks/refer/view.ts';
import { SEGMENT_VIEW, type SegmentView } from '../../tasks/segment/view.ts';
import { MAX_PROMPT_CHARS } from '../../text/limits.ts';

/**
 * Schemas of the user's settings, as read from a file. A field that is missing or cannot be read gets its default value, so that a file of
 * an older version, or one invalid setting, does not lose the rest. Because of `satisfies`, a new field of a view does not compile until it
 * is added here.
 */

/** Limit for prompts and for the names and keys derived from them. */
const MAX_TEXT = MAX_PROMPT_CHARS;
const MAX_LIST = 1000;

export const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
/** Numbers from `low` to `high`, inclusive. */
export const within = (low: number, high: number) => v.pipe(v.number(), v.minValue(low), v.maxValue(high));
export const share = within(0, 1);
export const index = v.pipe(within(0, 65_535), v.integer());
export const listOf = <S extends v.GenericSchema>(item: S, most = MAX_LIST) =>
  v.pipe(v.array(item), v.maxLength(most), v.readonly());
/** The first `most` items of a list. */
export const first = (most: number) =>
  v.pipe(
    v.array(v.unknown()),
    v.transform((all) => all.slice(0, most)),
  );
/** The readable items among the first `most` of a list. */
export const readable = <S extends v.GenericSchema>(item: S, most: number) =>
  v.pipe(
    first(most),
    v.transform((all): readonly v.InferOutput<S>[] => all.flatMap((each) => read(item, each))),
  );
/** Returns a parsed value as a list of one, or an empty list if it does not match the schema. */
export function read<S extends v.GenericSchema>(schema: S, value: unknown): readonly v.InferOutput<S>[] {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  return parsed.success ? [parsed.output] : [];
}

/** A field with a default for a missing or unreadable value. The default is given as a function so that the output type is not optional. */
export const or = <S extends v.GenericSchema>(schema: S, value: v.InferOutput<S>) =>
  v.fallback(
    v.optional(schema, () => value),
    () => value,
  );
/** A field that may be undefined, and is then absent in JSON. */
export const maybe = <S extends v.GenericSchema>(schema: S) => v.optional(schema, () => undefined);
/** Like `maybe`, and undefined if the value cannot be read. */
export const orNone = <S extends v.GenericSchema>(schema: S) => v.fallback(maybe(schema), () => undefined);

const metres = within(0, 1e6);
const percent = within(0, 100);
const depthRange = v.variant('kind', [
  v.object({ kind: v.literal('whole') }),
  v.object({ kind: v.literal('percentile'), low: percent, high: percent }),
  v.object({ kind: v.literal('typed'), near: metres, far: metres }),
]);

/** Earlier versions always wrote their default of 63°, whether or not the user had chosen it. */
const fov = v.pipe(
  within(1, 179),
  v.transform((degrees) => (degrees === 63 ? undefined : degrees)),
);

export const depthView = v.object({
  colormap: or(v.picklist(COLORMAPS), DEPTH_VIEW.colormap),
  invert: or(v.boolean(), DEPTH_VIEW.invert),
  scene: orNone(text),
  show: or(v.picklist(['depth', 'normals']), DEPTH_VIEW.show),
  range: or(depthRange, DEPTH_VIEW.range),
  contour: or(within(0, 1000), DEPTH_VIEW.contour),
  fov: orNone(fov),
  edgeAngle: or(within(0, 90), DEPTH_VIEW.edgeAngle),
  measuring: or(v.boolean(), DEPTH_VIEW.measuring),
  measured: orNone(v.object({ photo: text, points: listOf(v.object({ u: share, v: share }), 2) })),
}) satisfies v.GenericSchema<unknown, DepthView>;

const tokens = listOf(index);
export const referView = v.object({
  outline: or(v.boolean(), REFER_VIEW.outline),
  brush: or(v.picklist(['off', 'add', 'erase']), REFER_VIEW.brush),
  brushSize: or(within(1, 16_384), REFER_VIEW.brushSize),
  compare: orNone(text),
  level: orNone(index),
  source: orNone(v.object({ layer: text, head: index })),
  grid: or(v.boolean(), REFER_VIEW.grid),
  pieces: or(v.boolean(), REFER_VIEW.pieces),
  scale: or(v.picklist(['own', 'shared', 'words']), REFER_VIEW.scale),
  hovered: orNone(text),
  locked: orNone(text),
  without: or(tokens, REFER_VIEW.without),
  ranking: or(v.boolean(), REFER_VIEW.ranking),
  zeroShot: or(v.boolean(), REFER_VIEW.zeroShot),
}) satisfies v.GenericSchema<unknown, ReferView>;

export const segmentView = v.object({
  hidden: or(listOf(text), SEGMENT_VIEW.hidden),
  hovered: orNone(index),
  selected: orNone(index),
  without: orNone(index),
  level: orNone(index),
}) satisfies v.GenericSchema<unknown, SegmentView>;

const layer = ({ visible, opacity, blend }: LayersState[keyof LayersState]) =>
  v.object({
    visible: or(v.picklist(['auto', 'on', 'off']), visible),
    opacity: or(share, opacity),
    blend: or(v.picklist(BLENDS), blend),
  });

export const layersState = v.object({
  depth: or(layer(LAYERS_STATE.depth), LAYERS_STATE.depth),
  classes: or(layer(LAYERS_STATE.classes), LAYERS_STATE.classes),
  attention: or(layer(LAYERS_STATE.attention), LAYERS_STATE.attention),
  masks: or(layer(LAYERS_STATE.masks), LAYERS_STATE.masks),
}) satisfies v.GenericSchema<unknown, LayersState>;
