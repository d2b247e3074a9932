import * as v from 'valibot';
import { VpdError } from '../errors.ts';
import type { DepthView } from '../tasks/depth/view.ts';
import { LAYERS_STATE, type LayersState } from '../tasks/layer-stack.ts';
import type { MaskItem } from '../tasks/refer/masks.ts';
import type { ReferView } from '../tasks/refer/view.ts';
import type { SegmentView } from '../tasks/segment/view.ts';
import { TASK_IDS, type TaskId } from '../vpd/config.ts';
import { firstIssue } from '../weights/vpd-schema.ts';
import { depthView, layersState, listOf, maybe, or, referView, segmentView, share, text, within } from './views.ts';

/** A change that older readers would misread raises this; a new field with an ordinary value does not. */
export const SNAPSHOT_VERSION = 1;

/** A photo of the strip. Its file lies beside the snapshot, under `id`; a sample's is found by its name. */
export interface SnapshotPhoto {
  readonly id: string;
  readonly name: string;
  readonly source: 'sample' | 'user';
}

/** The masks of a photo, without the way they came about. */
export interface SnapshotMasks {
  readonly items: readonly MaskItem[];
  /** Prompt of the mask that was last on show. */
  readonly shown: string;
}

/** A session as plain data: everything small that the user did and chose. Files and results are kept beside it. */
export interface Snapshot {
  readonly version: typeof SNAPSHOT_VERSION;
  /** In the order of the strip. */
  readonly photos: readonly SnapshotPhoto[];
  readonly selected: string | undefined;
  readonly task: TaskId;
  readonly draft: string;
  readonly prompt: string;
  /** By photo. */
  readonly masks: Readonly<Record<string, SnapshotMasks>>;
  readonly depth: DepthView;
  readonly refer: ReferView;
  readonly segment: SegmentView;
  readonly layers: LayersState;
  readonly stage: {
    readonly compare: number;
    readonly photo: boolean;
    readonly layers: boolean;
    readonly photoOpacity: number;
  };
}

/** More photos than anyone opens in one page, and more points than a hand draws: bounds on what a hostile file makes us keep. */
const MAX_PHOTOS = 2000;
const MAX_MASKS = 200;
const MAX_STROKES = 5000;
const MAX_POINTS = 100_000;
/** Pixels; strokes may leave the photo, but not by far. */
const MAX_COORDINATE = 1e5;

const stroke = v.object({
  erase: v.boolean(),
  radius: within(0, 16_384),
  points: v.pipe(
    listOf(within(-MAX_COORDINATE, MAX_COORDINATE), 2 * MAX_POINTS),
    v.check(({ length }) => length % 2 === 0, 'an even number of coordinates was expected'),
  ),
});
const mask = v.object({
  prompt: text,
  name: text,
  colour: v.pipe(within(0, 255), v.integer()),
  hidden: or(v.boolean(), false),
  threshold: or(share, 0.5),
  specks: or(share, 0),
  holes: or(share, 0),
  strokes: or(listOf(stroke, MAX_STROKES), []),
}) satisfies v.GenericSchema<unknown, MaskItem>;

const schema = v.object({
  version: v.literal(SNAPSHOT_VERSION),
  photos: listOf(v.object({ id: text, name: text, source: v.picklist(['sample', 'user']) }), MAX_PHOTOS),
  selected: maybe(text),
  task: v.picklist(TASK_IDS),
  draft: or(text, ''),
  prompt: or(text, ''),
  masks: v.record(text, v.object({ items: listOf(mask, MAX_MASKS), shown: text })),
  depth: depthView,
  refer: referView,
  segment: segmentView,
  layers: or(layersState, LAYERS_STATE),
  stage: v.object({
    compare: or(share, 0),
    photo: or(v.boolean(), true),
    layers: or(v.boolean(), true),
    photoOpacity: or(share, 1),
  }),
}) satisfies v.GenericSchema<unknown, Snapshot>;

/**
 * Checks a snapshot read from somewhere.
 * @param file What it was read from, for the message.
 * @throws VpdError unsupported: of another version; bad-file: not a snapshot, or out of its limits.
 */
export function parseSnapshot(json: unknown, file: string): Snapshot {
  const head = v.safeParse(v.object({ version: v.number() }), json);
  if (head.success && head.output.version !== SNAPSHOT_VERSION)
    throw new VpdError(
      'unsupported',
      `${file} holds a session of version ${head.output.version} and this page reads ${SNAPSHOT_VERSION}. Open it with the version that wrote it.`,
    );
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) throw new VpdError('bad-file', `${file} is malformed at ${firstIssue(parsed.issues)}.`);
  return parsed.output;
}
