import * as v from 'valibot';
import type { ConversionOptions, ConversionPlan } from '../../convert/plan.ts';
import { ENCODING_VERSION } from '../../weights/quantize/quantize.ts';
import { storedTensors, WEIGHT_SCHEMES, type WeightScheme } from '../../weights/quantize/stored-form.ts';
import { createSha256 } from '../../weights/sha256.ts';
import { readJsonFile, writeFile } from '../files/opfs.ts';
import type { FileMark } from './source.ts';

/** Holds the inputs and options of a conversion; written first. A folder without it was left by a crash and is deleted. */
const JOURNAL_FILE = 'journal.json';

const positive = v.pipe(v.number(), v.gtValue(0));
const journalSchema = v.object({
  id: v.string(),
  /** Display name of the pack. */
  name: v.string(),
  weights: v.picklist(WEIGHT_SCHEMES),
  options: v.object({
    heads: v.exactOptional(positive),
    textHeads: v.exactOptional(positive),
    name: v.exactOptional(v.string()),
    maxDepth: v.exactOptional(positive),
  }),
  files: v.array(
    v.object({ name: v.string(), size: v.number(), sha256: v.string(), url: v.exactOptional(v.string()) }),
  ),
  /** Bytes of the finished pack. */
  total: v.number(),
  /** ISO 8601, UTC. */
  begun: v.string(),
});

/** Inputs and options of a conversion: enough to resume it. */
export interface Journal {
  readonly id: string;
  readonly name: string;
  readonly weights: WeightScheme;
  readonly options: ConversionOptions;
  readonly files: readonly FileMark[];
  readonly total: number;
  readonly begun: string;
}

/** Reads the journal of a conversion's folder; undefined if it is missing, incomplete or malformed. */
export const readJournal = (folder: FileSystemDirectoryHandle): Promise<Journal | undefined> =>
  readJsonFile(folder, JOURNAL_FILE, journalSchema);

export async function writeJournal(folder: FileSystemDirectoryHandle, journal: Journal): Promise<void> {
  await writeFile(folder, JOURNAL_FILE, `${JSON.stringify(journal, null, 1)}\n`);
}

/** Hex digits of the hash in an id: enough that the conversions of one user do not collide. */
const ID_DIGITS = 12;

/**
 * Returns the folder name of a conversion, hashed from everything that decides the pack's bytes. The same files and options give the same
 * id, so giving the files again finds a stopped conversion, and a finished one is not repeated.
 */
export function conversionId(plan: ConversionPlan, weights: WeightScheme, marks: readonly FileMark[]): string {
  const files = marks
    .map(({ name, size, sha256 }) => [name, size, sha256])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  const stored = plan.targets.flatMap(({ parameter }) =>
    storedTensors(parameter, weights).map(({ name, dtype, shape }) => [name, dtype, shape]),
  );
  const hash = createSha256();
  hash.update(
    new TextEncoder().encode(
      JSON.stringify([ENCODING_VERSION, weights, plan.config, plan.provenance, plan.licence, files, stored]),
    ),
  );
  return `${plan.family}-${weights}-${hash.hex().slice(0, ID_DIGITS)}`;
}
