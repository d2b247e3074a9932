import * as v from 'valibot';
import { COLORMAPS } from '../image/colormap.ts';
import { DEPTH_VIEW, type DepthView } from '../tasks/depth/view.ts';
import { BLENDS } from '../tasks/layer.ts';
import { LAYERS_STATE, type LayersState } from '../tasks/layer-stack.ts';
import { REFER_VIEW, type ReferView } from '../tasks/refer/view.ts';
import { SEGMENT_VIEW, type SegmentView } from '../tasks/segment/view.ts';

/**
 * What the user chose, as it is read back from a file. A field that is not there has its ordinary value, so that what an older version
 * wrote can still be read; `satisfies` reminds whoever adds a field to a view that it must survive too.
 */

/** Names, prompts and keys are typed by people; longer ones are none. */
const MAX_TEXT = 1000;
const MAX_LIST = 1000;

export const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
/** Of finite numbers between two ends, both legal. */
export const within = (low: number, high: number) => v.pipe(v.number(), v.minValue(low), v.maxValue(high));
export const share = within(0, 1);
export const index = v.pipe(within(0, 65_535), v.integer());
export const listOf = <S extends v.GenericSchema>(item: S, most = MAX_LIST) =>
  v.pipe(v.array(item), v.maxLength(most), v.readonly());

/** A field with the value that it has when it is missing; a function, so that the field itself is never optional. */
export const or = <S extends v.GenericSchema>(schema: S, value: v.InferOutput<S>) => v.optional(schema, () => value);
/** A field that may be undefined, which JSON leaves out. */
export const maybe = <S extends v.GenericSchema>(schema: S) => v.optional(schema, () => undefined);

const metres = within(0, 1e6);
const percent = within(0, 100);
const depthRange = v.variant('kind', [
  v.object({ kind: v.literal('whole') }),
  v.object({ kind: v.literal('percentile'), low: percent, high: percent }),
  v.object({ kind: v.literal('typed'), near: metres, far: metres }),
]);

export const depthView = v.object({
  colormap: or(v.picklist(COLORMAPS), DEPTH_VIEW.colormap),
  invert: or(v.boolean(), DEPTH_VIEW.invert),
  scene: maybe(text),
  show: or(v.picklist(['depth', 'normals']), DEPTH_VIEW.show),
  range: or(depthRange, DEPTH_VIEW.range),
  contour: or(within(0, 1000), DEPTH_VIEW.contour),
  fov: or(within(1, 179), DEPTH_VIEW.fov),
  edgeAngle: or(within(0, 90), DEPTH_VIEW.edgeAngle),
  measuring: or(v.boolean(), DEPTH_VIEW.measuring),
  measured: maybe(v.object({ photo: text, points: listOf(v.object({ u: share, v: share }), 2) })),
}) satisfies v.GenericSchema<unknown, DepthView>;

const tokens = listOf(index);
export const referView = v.object({
  outline: or(v.boolean(), REFER_VIEW.outline),
  brush: or(v.picklist(['off', 'add', 'erase']), REFER_VIEW.brush),
  brushSize: or(within(1, 16_384), REFER_VIEW.brushSize),
  compare: maybe(text),
  level: maybe(index),
  source: maybe(v.object({ layer: text, head: index })),
  grid: or(v.boolean(), REFER_VIEW.grid),
  pieces: or(v.boolean(), REFER_VIEW.pieces),
  scale: or(v.picklist(['own', 'shared', 'words']), REFER_VIEW.scale),
  hovered: maybe(text),
  locked: maybe(text),
  without: or(tokens, REFER_VIEW.without),
  ranking: or(v.boolean(), REFER_VIEW.ranking),
  zeroShot: or(v.boolean(), REFER_VIEW.zeroShot),
}) satisfies v.GenericSchema<unknown, ReferView>;

export const segmentView = v.object({
  hidden: or(tokens, SEGMENT_VIEW.hidden),
  hovered: maybe(index),
  selected: maybe(index),
  without: maybe(index),
  level: maybe(index),
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
