import * as v from 'valibot';
import { label } from '../../engine/result-schemas.ts';
import { VpdError } from '../../errors.ts';
import { INSIDE } from '../../image/masks/mask.ts';
import { check, integer, share, within } from '../../json.ts';
import { LAYERS_STATE, type LayersState } from '../../tasks/layer-stack.ts';
import type { MaskItem } from '../../tasks/refer/masks/masks.ts';
import type { TaskViews } from '../../tasks/views.ts';
import { TASK_IDS, type TaskId } from '../../vpd/config.ts';
import { first, layersState, orUndefined, readAsList, readable, taskViews, text, withDefault } from './view-schemas.ts';

/** Increased by changes that older versions would misread, not by a new field with a default value. */
export const SNAPSHOT_VERSION = 1;

/** A photo of the strip. The session record names its file; a sample is found by its name. */
interface SnapshotPhoto {
  readonly id: string;
  readonly name: string;
  readonly source: 'sample' | 'user';
}

/** The masks of a photo, without their undo history. */
interface SnapshotMasks {
  readonly items: readonly MaskItem[];
  /** Prompt of the mask that was shown last. */
  readonly shown: string;
}

/** A session as plain data: the user's input and settings. Photos and results are saved in their own files. */
export interface Snapshot extends TaskViews {
  readonly version: typeof SNAPSHOT_VERSION;
  /** In the order of the strip. */
  readonly photos: readonly SnapshotPhoto[];
  readonly selected: string | undefined;
  readonly task: TaskId;
  readonly draft: string;
  readonly prompt: string;
  /** By id of the photo. */
  readonly masks: Readonly<Record<string, SnapshotMasks>>;
  readonly layers: LayersState;
  readonly stage: {
    readonly compare: number;
    readonly photo: boolean;
    readonly layers: boolean;
    readonly photoOpacity: number;
  };
}

/** Limits on what a hostile file can make the page hold; far more photos than anyone opens and more points than anyone draws. */
export const MAX_PHOTOS = 2000;
const MAX_MASKS = 200;
const MAX_STROKES = 5000;
const MAX_POINTS = 100_000;
/** In pixels; strokes may leave the photo, but not far. */
const MAX_COORDINATE = 1e5;

const coordinate = v.pipe(v.number(), v.toMinValue(-MAX_COORDINATE), v.toMaxValue(MAX_COORDINATE));
const stroke = v.object({
  erase: v.boolean(),
  radius: within(0, 16_384),
  points: v.pipe(
    first(2 * MAX_POINTS),
    v.array(coordinate),
    v.check(({ length }) => length % 2 === 0),
    v.readonly(),
  ),
});
const mask = v.object({
  prompt: text,
  name: label,
  colour: integer(0, 255),
  hidden: withDefault(v.boolean(), false),
  threshold: withDefault(share, INSIDE),
  specks: withDefault(share, 0),
  holes: withDefault(share, 0),
  strokes: withDefault(readable(stroke, MAX_STROKES), []),
}) satisfies v.GenericSchema<unknown, MaskItem>;
const masks = v.object({ items: readable(mask, MAX_MASKS), shown: withDefault(text, '') });
const masksByPhoto = v.pipe(
  v.record(v.string(), v.unknown()),
  v.transform(
    (all): Readonly<Record<string, SnapshotMasks>> =>
      Object.fromEntries(
        Object.entries(all).flatMap(([id, list]) => readAsList(masks, list).map((found) => [id, found])),
      ),
  ),
);

/** A session must have its version, photos and masks; any other field that cannot be read gets its default value. */
const schema = v.object({
  version: v.literal(SNAPSHOT_VERSION),
  photos: readable(v.object({ id: text, name: label, source: v.picklist(['sample', 'user']) }), MAX_PHOTOS),
  selected: orUndefined(text),
  task: withDefault(v.picklist(TASK_IDS), 'depth'),
  draft: withDefault(label, ''),
  prompt: withDefault(text, ''),
  masks: masksByPhoto,
  ...taskViews,
  layers: withDefault(layersState, LAYERS_STATE),
  stage: withDefault(
    v.object({
      compare: withDefault(share, 0),
      photo: withDefault(v.boolean(), true),
      layers: withDefault(v.boolean(), true),
      photoOpacity: withDefault(share, 1),
    }),
    { compare: 0, photo: true, layers: true, photoOpacity: 1 },
  ),
}) satisfies v.GenericSchema<unknown, Snapshot>;

/** Returns the snapshot as `parseSnapshot` reads it. Drops what exceeds the limits before writing, so that it can be read back. */
export const fitSnapshot = (snapshot: Snapshot): Snapshot => v.parse(schema, snapshot);

/** Restricts a snapshot to these photos; selects the first of them if the selected photo is not among them. */
export const ofPhotos = (snapshot: Snapshot, ids: readonly string[]): Snapshot => ({
  ...snapshot,
  photos: snapshot.photos.filter(({ id }) => ids.includes(id)),
  selected: snapshot.selected !== undefined && ids.includes(snapshot.selected) ? snapshot.selected : ids[0],
  masks: Object.fromEntries(Object.entries(snapshot.masks).filter(([id]) => ids.includes(id))),
});

/**
 * Parses a snapshot.
 * @param file Name of its source, for the message.
 * @throws VpdError unsupported: another version; bad-file: not a snapshot
 */
export function parseSnapshot(json: unknown, file: string): Snapshot {
  const head = v.safeParse(v.object({ version: v.number() }), json);
  if (head.success && head.output.version !== SNAPSHOT_VERSION)
    throw new VpdError(
      'unsupported',
      `${file} holds a session of version ${head.output.version} and this page reads ${SNAPSHOT_VERSION}. Open it with the version that wrote it.`,
    );
  return check(schema, json, file);
}
