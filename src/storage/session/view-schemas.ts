import * as v from 'valibot';
import { COLORMAPS } from '../../image/colormap.ts';
import { index, listOf, share, within } from '../../json.ts';
import { DEPTH_VIEW, type DepthView } from '../../tasks/depth/view.ts';
import { BLENDS } from '../../tasks/layer.ts';
import { LAYERS_STATE, type LayersState } from '../../tasks/layer-stack.ts';
import { FIND_SECTIONS, REFER_VIEW, type ReferView } from '../../tasks/refer/view.ts';
import { SEGMENT_VIEW, type SegmentView } from '../../tasks/segment/view.ts';
import { MAX_PROMPT_CHARS } from '../../text/limits.ts';
import type { TaskId } from '../../vpd/config.ts';

/**
 * Schemas of the user's settings, as read from a file. A field that is missing or cannot be read gets its default value, so that a file of
 * an older version, or one invalid setting, does not lose the rest. Because of `satisfies`, a new field of a view does not compile until it
 * is added here.
 */

/** Limit for prompts and for the names and keys derived from them. */
const MAX_TEXT = MAX_PROMPT_CHARS;
const MAX_LIST = 1000;

export const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
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
    v.transform((all): readonly v.InferOutput<S>[] => all.flatMap((each) => readAsList(item, each))),
  );
/** Parses a value: returns a list of one, or an empty list if the value does not match the schema. */
export function readAsList<S extends v.GenericSchema>(schema: S, value: unknown): readonly v.InferOutput<S>[] {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  return parsed.success ? [parsed.output] : [];
}

/** A field with a default for a missing or unreadable value. The default is given as a function so that the output type is not optional. */
export const withDefault = <S extends v.GenericSchema>(schema: S, value: v.InferOutput<S>) =>
  v.fallback(
    v.optional(schema, () => value),
    () => value,
  );
/** A field that may be undefined, and is then absent in JSON. */
export const maybe = <S extends v.GenericSchema>(schema: S) => v.optional(schema, () => undefined);
/** A field that is undefined if its value is missing or cannot be read. */
export const orUndefined = <S extends v.GenericSchema>(schema: S) => v.fallback(maybe(schema), () => undefined);

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

const depthView = v.object({
  colormap: withDefault(v.picklist(COLORMAPS), DEPTH_VIEW.colormap),
  invert: withDefault(v.boolean(), DEPTH_VIEW.invert),
  scene: orUndefined(text),
  show: withDefault(v.picklist(['depth', 'normals']), DEPTH_VIEW.show),
  range: withDefault(depthRange, DEPTH_VIEW.range),
  contour: withDefault(within(0, 1000), DEPTH_VIEW.contour),
  fov: orUndefined(fov),
  edgeAngle: withDefault(within(0, 90), DEPTH_VIEW.edgeAngle),
  measuring: withDefault(v.boolean(), DEPTH_VIEW.measuring),
  measured: orUndefined(v.object({ photo: text, points: listOf(v.object({ u: share, v: share }), 2) })),
}) satisfies v.GenericSchema<unknown, DepthView>;

const tokens = listOf(index, MAX_LIST);
const referView = v.object({
  outline: withDefault(v.boolean(), REFER_VIEW.outline),
  brush: withDefault(v.picklist(['off', 'add', 'erase']), REFER_VIEW.brush),
  brushSize: withDefault(within(1, 16_384), REFER_VIEW.brushSize),
  compare: orUndefined(text),
  level: orUndefined(index),
  source: orUndefined(v.object({ layer: text, head: index })),
  grid: withDefault(v.boolean(), REFER_VIEW.grid),
  pieces: withDefault(v.boolean(), REFER_VIEW.pieces),
  scale: withDefault(v.picklist(['own', 'shared', 'words']), REFER_VIEW.scale),
  hovered: orUndefined(text),
  locked: orUndefined(text),
  hoveredMask: orUndefined(text),
  without: withDefault(tokens, REFER_VIEW.without),
  ranking: withDefault(v.boolean(), REFER_VIEW.ranking),
  zeroShot: withDefault(v.boolean(), REFER_VIEW.zeroShot),
  closed: withDefault(listOf(v.picklist(FIND_SECTIONS), FIND_SECTIONS.length), REFER_VIEW.closed),
}) satisfies v.GenericSchema<unknown, ReferView>;

const segmentView = v.object({
  hidden: withDefault(listOf(text, MAX_LIST), SEGMENT_VIEW.hidden),
  hovered: orUndefined(index),
  selected: orUndefined(index),
  without: orUndefined(index),
  level: orUndefined(index),
}) satisfies v.GenericSchema<unknown, SegmentView>;

export const taskViews = {
  depth: withDefault(depthView, DEPTH_VIEW),
  refer: withDefault(referView, REFER_VIEW),
  segment: withDefault(segmentView, SEGMENT_VIEW),
} satisfies Record<TaskId, v.GenericSchema>;

const layer = ({ visible, opacity, blend }: LayersState[keyof LayersState]) =>
  v.object({
    visible: withDefault(v.picklist(['auto', 'on', 'off']), visible),
    opacity: withDefault(share, opacity),
    blend: withDefault(v.picklist(BLENDS), blend),
  });

export const layersState = v.object({
  depth: withDefault(layer(LAYERS_STATE.depth), LAYERS_STATE.depth),
  classes: withDefault(layer(LAYERS_STATE.classes), LAYERS_STATE.classes),
  attention: withDefault(layer(LAYERS_STATE.attention), LAYERS_STATE.attention),
  masks: withDefault(layer(LAYERS_STATE.masks), LAYERS_STATE.masks),
}) satisfies v.GenericSchema<unknown, LayersState>;
