import * as v from 'valibot';
import { FOV_RANGE } from '../../image/camera.ts';
import { check, index, listOf, parseText, within } from '../../json.ts';
import { MAX_PHOTOS, parseSnapshot, type Snapshot } from './snapshot.ts';
import { maybe, readable, text } from './view-schemas.ts';

/** A photo of the snapshot: its file, and what the strip needs before the file is decoded. */
export interface KeptPhoto {
  /** Id in the snapshot. */
  readonly photo: string;
  /** Name of a file in the session's folder. */
  readonly file: string;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  /** Horizontal field of view in degrees, if it was read from the photo's file. */
  readonly fov?: number | undefined;
  /** File of its thumbnail. */
  readonly thumbnail: string | undefined;
}

/** Origin of a result that was not computed by the current page. */
export interface Origin {
  /** Words that follow “from”, e.g. `the report room.html`. */
  readonly from: string;
  /** Pack that computed it. */
  readonly pack: { readonly name: string; readonly hash: string };
}

/** A device, as reports and records name it. */
export interface Device {
  readonly backend: string;
  /** Undefined on wasm. */
  readonly adapter?: string | undefined;
}

/** A result saved in its own file. */
export interface KeptFile {
  /** Key of the result in the page's cache; begins with the photo's id. */
  readonly key: string;
  readonly file: string;
  /** Hash of the pack that computed it. */
  readonly pack: string;
  readonly origin?: Origin | undefined;
  /** Device that computed it and took its times; undefined if it was imported. */
  readonly device?: Device | undefined;
}

/** A session on disk: this record, and the files that it names. */
export interface SessionRecord {
  readonly snapshot: Snapshot;
  readonly photos: readonly KeptPhoto[];
  readonly results: readonly KeptFile[];
}

/** Maximum number of results in a session; results beyond it are computed again. */
export const MAX_KEPT_RESULTS = 1000;

/** File names are given by the page and are never paths. */
const file = v.pipe(v.string(), v.regex(/^[\w-]{1,80}$/, 'a plain file name was expected'));

const files = v.object({
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
      device: maybe(v.object({ backend: text, adapter: maybe(text) })),
    }),
    MAX_KEPT_RESULTS,
  ),
});

/**
 * Parses a session record.
 * @throws VpdError bad-file or unsupported (see `parseSnapshot`)
 */
export function parseSessionRecord(content: string): SessionRecord {
  const name = 'The session kept from an earlier visit';
  const json = parseText(content, `${name} is not JSON and was not restored.`);
  const outer = v.safeParse(v.object({ snapshot: v.unknown() }), json);
  const snapshot = parseSnapshot(outer.success ? outer.output.snapshot : undefined, name);
  return { snapshot, ...check(files, json, name) };
}

/** Returns the name of every file of a record. */
export const filesOf = ({ photos, results }: Pick<SessionRecord, 'photos' | 'results'>): ReadonlySet<string> =>
  new Set([
    ...photos.flatMap(({ file, thumbnail }) => (thumbnail === undefined ? [file] : [file, thumbnail])),
    ...results.map(({ file }) => file),
  ]);
