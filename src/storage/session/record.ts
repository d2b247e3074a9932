import * as v from 'valibot';
import { VpdError } from '../../errors.ts';
import { FOV_RANGE } from '../../image/camera.ts';
import { firstIssue } from '../../weights/vpd-schema.ts';
import { MAX_PHOTOS, parseSnapshot, type Snapshot } from './snapshot.ts';
import { index, listOf, maybe, readable, text, within } from './views.ts';

/** What is kept beside the snapshot of a photo: where its bytes lie, and what the strip needs before they are decoded. */
export interface KeptPhoto {
  /** Id in the snapshot. */
  readonly photo: string;
  /** Name of a file in the session's folder. */
  readonly file: string;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  /** Horizontal field of view in degrees, where the photo's file is known to tell it. */
  readonly fov?: number | undefined;
  /** File of its small picture. */
  readonly thumbnail: string | undefined;
}

/** Where a result came from that was not computed by the page on show. */
export interface Origin {
  /** In words that follow “from”, e.g. `the report room.html`. */
  readonly from: string;
  /** What computed it. */
  readonly pack: { readonly name: string; readonly hash: string };
}

/** A result in a file of its own. */
export interface KeptFile {
  /** Key under which the page keeps it; it begins with the photo's id. */
  readonly key: string;
  readonly file: string;
  /** Hash of the pack that computed it. */
  readonly pack: string;
  readonly origin?: Origin | undefined;
}

/** A session on the disk: one record, and the files it names. */
export interface SessionRecord {
  readonly snapshot: Snapshot;
  readonly photos: readonly KeptPhoto[];
  readonly results: readonly KeptFile[];
}

/** Files of results that a session has at most: what is beyond them is computed again. */
export const MAX_KEPT_RESULTS = 1000;

/** Names that the page gives: never a path. */
const file = v.pipe(v.string(), v.regex(/^[\w-]{1,80}$/, 'a plain file name was expected'));

const beside = v.object({
  photos: listOf(
    v.object({
      photo: text,
      file,
      type: v.string(),
      width: index,
      height: index,
      fov: maybe(within(...FOV_RANGE)),
      thumbnail: maybe(file),
    }),
    MAX_PHOTOS,
  ),
  results: readable(
    v.object({
      key: v.string(),
      file,
      pack: v.string(),
      origin: maybe(v.object({ from: text, pack: v.object({ name: text, hash: text }) })),
    }),
    MAX_KEPT_RESULTS,
  ),
});

/** @throws VpdError bad-file or unsupported, as of `parseSnapshot` */
export function parseSessionRecord(content: string): SessionRecord {
  const name = 'The session kept from an earlier visit';
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new VpdError('bad-file', `${name} is not JSON and was left out.`, { cause });
  }
  const outer = v.safeParse(v.object({ snapshot: v.unknown() }), json);
  const snapshot = parseSnapshot(outer.success ? outer.output.snapshot : undefined, name);
  const parsed = v.safeParse(beside, json);
  if (!parsed.success) throw new VpdError('bad-file', `${name} is malformed at ${firstIssue(parsed.issues)}.`);
  return { snapshot, ...parsed.output };
}

/** Every file that a record names. */
export const filesOf = ({ photos, results }: Pick<SessionRecord, 'photos' | 'results'>): ReadonlySet<string> =>
  new Set([
    ...photos.flatMap(({ file, thumbnail }) => (thumbnail === undefined ? [file] : [file, thumbnail])),
    ...results.map(({ file }) => file),
  ]);
