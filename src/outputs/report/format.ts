import * as v from 'valibot';
import { mapsFields, mapsOf, reading, size } from '../../engine/result-schemas.ts';
import type { AttentionMaps, StageTiming } from '../../engine/results.ts';
import { STAGE_NAMES } from '../../engine/timings.ts';
import { VpdError } from '../../errors.ts';
import { check, index, integer, listOf, parseText, share, within } from '../../json.ts';
import { MAX_PHOTOS, parseSnapshot, type Snapshot } from '../../storage/session/snapshot.ts';
import { maybe, text } from '../../storage/session/view-schemas.ts';
import type { TokenInfo, WordInfo } from '../../text/tokens.ts';
import type { TaskId } from '../../vpd/config.ts';
import { REPORT_LIMITS } from './limits.ts';

/**
 * Format of reports: an HTML page for people, and at its end a link whose address is a ZIP as base64. In the ZIP, `report.json` (below)
 * names the photos' files and the arrays of the results, each a NumPy file.
 */
export const REPORT_VERSION = 1;
/** Content of `<meta name="generator">`, followed by the version. */
export const GENERATOR = 'VPD Workbench report';
export const RECORD_FILE = 'report.json';
/** Precedes the base64 text, and occurs once in the file, since user input is escaped. */
export const DATA_MARK = '<a id="vpd-report-data" download="report-data.zip" href="data:application/zip;base64,';

/** Maximum side of a plane. Results have at most MAX_RESULT_SIDE (tasks/options.ts) on their long side, attention maps far less. */
export const MAX_SIDE = 2048;

/** Name and hash of a model (PackSummary). */
export interface ReportPack {
  readonly name: string;
  readonly hash: string;
}

export interface ReportFacts {
  /** Date and time, ISO 8601. */
  readonly made: string;
  readonly pack: ReportPack & {
    readonly family: string;
    readonly weights: string;
    readonly licence: string;
  };
  /** Device of the page that saved it. All times in the report are of this device. */
  readonly device: { readonly backend: string; readonly reason: string; readonly adapter?: string | undefined };
}

/** A photo, with the path of its file in the ZIP. */
export interface StoredPhoto {
  readonly id: string;
  readonly file: string;
  readonly type: string;
  readonly width: number;
  readonly height: number;
}

/** A type of protocol.ts with the path of a NumPy file in place of each array. */
type Stored<T, Arrays extends keyof T> = Omit<T, Arrays> & { readonly [A in Arrays]: string };
export type StoredMaps = Stored<AttentionMaps, 'data'>;
interface Sized {
  readonly photo: string;
  readonly pack: ReportPack | undefined;
  readonly width: number;
  readonly height: number;
  readonly timings: readonly StageTiming[];
}
interface StoredFields {
  readonly depth: { readonly scene: string | undefined; readonly metres: string };
  readonly refer: {
    readonly prompt: string;
    readonly probability: string;
    readonly tokens: readonly TokenInfo[];
    readonly words: readonly WordInfo[];
    readonly cut: readonly string[];
    readonly absence: number | undefined;
    /** True if attention alone made the mask. */
    readonly zeroShot: boolean | undefined;
    readonly maps: readonly StoredMaps[];
  };
  readonly segment: {
    readonly labels: string;
    /** Names of the indices that occur in `labels`. */
    readonly classes: readonly { readonly index: number; readonly name: string }[];
    readonly maps: readonly StoredMaps[];
  };
}
export type StoredResult = { readonly [T in TaskId]: Sized & { readonly task: T } & StoredFields[T] }[TaskId];

export interface ReportRecord extends ReportFacts {
  readonly format: 'vpd-report';
  readonly version: typeof REPORT_VERSION;
  readonly snapshot: Snapshot;
  readonly photos: readonly StoredPhoto[];
  readonly results: readonly StoredResult[];
}

const side = v.pipe(size, v.maxValue(MAX_SIDE));
const place = v.pipe(v.string(), v.maxLength(300));
const stage = v.custom<StageTiming['stage']>((name) => typeof name === 'string' && Object.hasOwn(STAGE_NAMES, name));
const sized = {
  photo: text,
  pack: maybe(v.object({ name: text, hash: text })),
  width: side,
  height: side,
  timings: listOf(v.object({ stage, ms: within(0, 1e12), cached: v.boolean() }), 100),
};
const maps = mapsOf(v.object({ ...mapsFields, width: side, height: side, data: place }));
const fields = {
  depth: { scene: maybe(text), metres: place },
  refer: {
    prompt: text,
    probability: place,
    ...reading,
    absence: maybe(share),
    zeroShot: maybe(v.boolean()),
    maps,
  },
  segment: { labels: place, classes: listOf(v.object({ index: integer(0, 255), name: text }), 256), maps },
} satisfies { readonly [T in TaskId]: Record<keyof StoredFields[T], v.GenericSchema> };
const result = v.variant('task', [
  v.object({ ...sized, task: v.literal('depth'), ...fields.depth }),
  v.object({ ...sized, task: v.literal('refer'), ...fields.refer }),
  v.object({ ...sized, task: v.literal('segment'), ...fields.segment }),
]) satisfies v.GenericSchema<unknown, StoredResult>;

const schema = v.object({
  format: v.literal('vpd-report'),
  version: v.literal(REPORT_VERSION),
  made: text,
  pack: v.object({ name: text, hash: text, family: text, weights: text, licence: text }),
  device: v.object({ backend: text, reason: text, adapter: maybe(text) }),
  photos: listOf(v.object({ id: text, file: place, type: text, width: index, height: index }), MAX_PHOTOS),
  results: listOf(result, REPORT_LIMITS.results),
});

/**
 * Parses and checks `report.json`.
 * @throws VpdError unsupported: another version; bad-file: malformed or beyond the limits
 */
export function parseRecord(content: string, file: string): ReportRecord {
  const json = parseText(content, `${file} is damaged: its ${RECORD_FILE} is not JSON. Save the report again.`);
  const head = v.safeParse(v.object({ version: v.number() }), json);
  if (head.success && head.output.version !== REPORT_VERSION) throw foreignVersion(file, head.output.version);
  const what = `${RECORD_FILE} of ${file}`;
  const record = check(schema, json, what);
  const outer = v.safeParse(v.object({ snapshot: v.unknown() }), json);
  const snapshot = parseSnapshot(outer.success ? outer.output.snapshot : undefined, what);
  return { ...record, snapshot };
}

export const foreignVersion = (file: string, version: number | string): VpdError =>
  new VpdError(
    'unsupported',
    `${file} is a report of version ${version} and this page reads ${REPORT_VERSION}. Open it with the version that wrote it.`,
  );
