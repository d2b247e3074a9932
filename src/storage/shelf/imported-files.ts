import { VpdError } from '../../errors.ts';
import { readRange } from '../../weights/blob.ts';
import { looksLikeWeights } from '../../weights/looks-like-weights.ts';
import { CONFIG_FILE, MAX_CONFIG_BYTES } from '../../weights/pack/pack-config.ts';
import { readZip, type ZipRecord, type ZipWords } from '../../weights/zip/read-zip.ts';
import { CHUNK_BYTES } from '../files/chunk.ts';
import type { Incoming } from './receive-pack.ts';
import { type IncomingConfig, readConfig } from './shelve.ts';

interface ImportedPack {
  readonly config: IncomingConfig;
  readonly incoming: Incoming;
  /** Display name of the origin: a file's name, or the number of files. */
  readonly source: string;
}

const WORDS: ZipWords = { noun: 'a pack', wayOut: 'Make the ZIP again, or give the files of the folder.' };

const missing = (name: string, where: string): VpdError =>
  new VpdError('missing', `${name} is not among ${where}. Give all files of the pack’s folder together, or its ZIP.`);

function noConfig(files: readonly File[]): VpdError {
  const { code, message } = missing(
    CONFIG_FILE,
    files.length === 1 ? 'what was given' : `the ${files.length} files given`,
  );
  const weights = files.find(({ name }) => looksLikeWeights(name, new Uint8Array()));
  return new VpdError(
    code,
    weights ? `${message} If ${weights.name} is a checkpoint, choose “Convert a checkpoint…”.` : message,
  );
}

const tooLong = (bytes: number): VpdError =>
  new VpdError(
    'bad-file',
    `${CONFIG_FILE} has ${bytes} bytes, more than the allowed ${MAX_CONFIG_BYTES}: it is not the config of a pack.`,
  );

/** Opens a pack from files that were dropped or picked together: the files of its folder, or one ZIP of the folder. */
export async function openImportedFiles(files: readonly File[]): Promise<ImportedPack> {
  const [first] = files;
  if (!first) throw new VpdError('bad-request', 'No file was given.');
  if (files.length === 1 && (await isZip(first))) return fromZip(first);
  return fromFiles(files);
}

async function isZip(file: File): Promise<boolean> {
  const [a, b, c, d] = await readRange(file, 0, Math.min(4, file.size), file.name);
  return a === 0x50 && b === 0x4b && c === 3 && d === 4;
}

async function fromFiles(files: readonly File[]): Promise<ImportedPack> {
  const byName = new Map(files.map((file) => [file.name, file]));
  const config = byName.get(CONFIG_FILE);
  if (!config) throw noConfig(files);
  if (config.size > MAX_CONFIG_BYTES) throw tooLong(config.size);
  const arriving = readConfig(await readRange(config, 0, config.size, CONFIG_FILE));
  checkComplete(arriving, byName, 'the files given');
  return {
    config: arriving,
    source: `${files.length} files`,
    incoming: {
      async *read(name, start) {
        const file = byName.get(name);
        if (!file) throw missing(name, 'the files given');
        for (let at = start; at < file.size; at += CHUNK_BYTES)
          yield await readRange(file, at, Math.min(file.size, at + CHUNK_BYTES), name);
      },
    },
  };
}

async function fromZip(file: File): Promise<ImportedPack> {
  const records = await readZip(file.name, file, WORDS);
  // A ZIP of the folder has the folder's name before each file.
  const configs = [...records.keys()].filter((path) => baseName(path) === CONFIG_FILE);
  const depth = Math.min(...configs.map((path) => path.split('/').length));
  const [path, second] = configs.filter((each) => each.split('/').length === depth);
  if (path === undefined) throw missing(CONFIG_FILE, `the records of ${file.name}`);
  if (second !== undefined)
    throw new VpdError('bad-file', `${file.name} holds several packs (${path}, ${second}). Give them one by one.`);
  const folder = path.slice(0, path.length - CONFIG_FILE.length);
  const byName = new Map<string, ZipRecord>();
  for (const [each, record] of records) if (each.startsWith(folder)) byName.set(each.slice(folder.length), record);
  const record = byName.get(CONFIG_FILE);
  if (!record) throw missing(CONFIG_FILE, `the records of ${file.name}`);
  if (record.bytes > MAX_CONFIG_BYTES) throw tooLong(record.bytes);
  const arriving = readConfig(new Uint8Array(await record.read(0, record.bytes)));
  checkComplete(arriving, byName, `the records of ${file.name}`);
  return {
    config: arriving,
    source: file.name,
    incoming: {
      async *read(name, start) {
        const found = byName.get(name);
        if (!found) throw missing(name, `the records of ${file.name}`);
        let skip = start;
        for await (const part of found.stream()) {
          const from = Math.min(skip, part.length);
          skip -= from;
          if (from < part.length) yield part.subarray(from);
        }
      },
    },
  };
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Checks that every file that the config lists was given, before gigabytes are copied. */
function checkComplete({ config }: IncomingConfig, given: ReadonlyMap<string, unknown>, where: string): void {
  for (const name of Object.keys(config.files)) if (!given.has(name)) throw missing(name, where);
}
