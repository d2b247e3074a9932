import * as v from 'valibot';
import { VpdError } from '../../errors.ts';
import { check, parseIfValid, parseText } from '../../json.ts';
import type { VpdConfig } from '../../vpd/config.ts';
import type { WeightScheme } from '../quantize/stored-form.ts';
import { WEIGHT_SCHEMES } from '../quantize/stored-form.ts';
import { consistent, vpdConfigEntries } from './vpd-schema.ts';

/** Schema that `convert` writes. */
export const PACK_SCHEMA = 2;
/** Schema 1 differs only in 4-bit weights: linear layers had float32 scales, and convolutions were in 8 bits. */
const SCHEMAS = [1, PACK_SCHEMA] as const;
export const CONFIG_FILE = 'config.json';
/** Files that the page adds to a stored pack: the entry of a complete pack, and the source of an unfinished download. */
export const SHELF_FILE = 'shelf.json';
export const INCOMING_FILE = 'incoming.json';
const RESERVED: readonly string[] = [CONFIG_FILE, SHELF_FILE, INCOMING_FILE];
/** A config has a few kB; with a vocabulary table, a few hundred. */
export const MAX_CONFIG_BYTES = 10_000_000;

export interface PackFile {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Content of a pack's `config.json`. */
export interface PackConfig extends VpdConfig {
  readonly schema: (typeof SCHEMAS)[number];
  readonly format: 'vpd-pack';
  readonly weights: WeightScheme;
  /** Constants already folded into the weights: t of the time embedding, BatchNorm. */
  readonly folded: { readonly timestep: 1; readonly batchNorm: true };
  /** Every other file of the pack. */
  readonly files: Readonly<Record<string, PackFile>>;
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly licence: string;
}

/** A plain file name: a pack is one folder, and no name may lead out of it. */
const fileName = v.pipe(
  v.string(),
  v.check(
    (name) => /^[A-Za-z0-9_-][\w.-]{0,200}$/.test(name),
    (issue) => `“${issue.input}” is not a plain file name`,
  ),
  v.check(
    // Some file systems ignore case.
    (name) => !RESERVED.includes(name.toLowerCase()),
    (issue) => `“${issue.input}” is reserved: a stored pack has another file of that name`,
  ),
);
const packFile = v.object({
  bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')),
});

const packSchema = v.pipe(
  v.object({
    ...vpdConfigEntries,
    schema: v.picklist(SCHEMAS),
    format: v.literal('vpd-pack'),
    weights: v.picklist(WEIGHT_SCHEMES),
    folded: v.object({ timestep: v.literal(1), batchNorm: v.literal(true) }),
    files: v.record(fileName, packFile),
    provenance: v.record(v.string(), v.unknown()),
    licence: v.string(),
  }),
  consistent(),
);

const listSchema = v.object({ format: v.literal('vpd-pack'), files: v.record(fileName, v.unknown()) });

/** Returns the file names that a config.json lists, even if the rest of it is outdated or damaged; undefined if it is not a pack's. */
export function listedFiles(text: string): readonly string[] | undefined {
  const listed = parseIfValid(listSchema, text);
  return listed && Object.keys(listed.files);
}

/**
 * Parses the text of a config.json.
 * @throws VpdError bad-file; unsupported for other schemas
 */
export function parsePackConfig(text: string): PackConfig {
  const json = parseText(text, `${CONFIG_FILE} is not JSON.`);
  const head = v.safeParse(v.object({ format: v.literal('vpd-pack'), schema: v.number() }), json);
  if (!head.success)
    throw new VpdError('bad-file', `${CONFIG_FILE} is not that of a pack of this project (no "format": "vpd-pack").`);
  if (!SCHEMAS.some((schema) => schema === head.output.schema))
    throw new VpdError(
      'unsupported',
      `${CONFIG_FILE} has schema ${head.output.schema} and this version reads ${SCHEMAS.join(' and ')}. Convert the checkpoint again or update the program.`,
    );
  const config = check(packSchema, json, CONFIG_FILE);
  if (config.schema === 1 && config.weights === 'q4')
    throw new VpdError(
      'unsupported',
      `${CONFIG_FILE} has schema 1 with q4 weights, whose layout has changed since. Convert the checkpoint again.`,
    );
  return config;
}
