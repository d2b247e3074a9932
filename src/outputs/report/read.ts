import type { AttentionMaps } from '../../engine/results.ts';
import { VpdError } from '../../errors.ts';
import { fileBytes } from '../../file-bytes.ts';
import { type NpyData, readNpy } from '../../image/formats/npy.ts';
import { MAX_FILE_BYTES } from '../../image/formats/sniff.ts';
import { maskArea, threshold } from '../../image/masks/mask.ts';
import { range } from '../../image/planes.ts';
import { presentClasses } from '../../tasks/segment/present-classes.ts';
import { readZip, type ZipRecord, type ZipWords } from '../../weights/zip/read-zip.ts';
import { blobFromBase64 } from '../base64.ts';
import {
  DATA_MARK,
  foreignVersion,
  GENERATOR,
  parseRecord,
  RECORD_FILE,
  REPORT_VERSION,
  type StoredMaps,
  type StoredResult,
} from './format.ts';
import { REPORT_LIMITS } from './limits.ts';
import type { Answered, ReportContents, ReportPhoto } from './protocol.ts';

/** The mark of a report is within its first bytes… */
const HEAD_BYTES = 2048;
/** …and at most this many bytes follow the data. */
const TAIL_BYTES = 2048;
const SCAN_BYTES = 2 ** 20;
const QUOTE = 0x22;
/** Maximum header of a NumPy file, in bytes. */
const NPY_HEADER_BYTES = 1024;

const WORDS: ZipWords = { noun: 'a report', wayOut: 'Save the report again.' };

const damaged = (file: string, what: string) =>
  new VpdError('bad-file', `${file} is damaged or cut short: ${what}. Save the report again.`);

/**
 * Reads a report as data: nothing of it is executed or shown as HTML.
 * @throws VpdError bad-file: cannot be read, not a report, damaged or inconsistent; unsupported: another version
 */
export async function readReport(file: Blob, name: string): Promise<ReportContents> {
  if (file.size > REPORT_LIMITS.file)
    throw new VpdError(
      'bad-file',
      `${name} has ${file.size} bytes; reports of at most ${REPORT_LIMITS.file} are read.`,
    );
  checkHead(new TextDecoder().decode(await fileBytes(file.slice(0, HEAD_BYTES), name, 'bad-file')), name);
  const records = await readZip(name, await blobFromBase64(await dataOf(file, name), name), WORDS);
  const inflated = [...records.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  if (inflated > REPORT_LIMITS.unpacked)
    throw new VpdError(
      'bad-file',
      `${name} would unpack to ${inflated} bytes; at most ${REPORT_LIMITS.unpacked} are unpacked.`,
    );
  const archive = { records, read: new Set<string>() };
  const content = await unpack(archive, RECORD_FILE, REPORT_LIMITS.record, name);
  const {
    snapshot,
    photos,
    results,
    format: _,
    version: __,
    ...facts
  } = parseRecord(new TextDecoder().decode(content), name);
  const read: ReportPhoto[] = [];
  for (const { id, file: path, type, width, height } of photos) {
    const answers: Answered[] = [];
    for (const stored of results) if (stored.photo === id) answers.push(await loadAnswer(archive, stored, name));
    read.push({
      id,
      name: snapshot.photos.find((photo) => photo.id === id)?.name ?? path,
      width,
      height,
      file: new Blob([await unpack(archive, path, MAX_FILE_BYTES, name)], { type }),
      answers,
    });
  }
  return { facts, snapshot, photos: read };
}

function checkHead(head: string, name: string): void {
  const tag = /<meta name="generator" content="VPD Workbench report (\d{1,9})">/.exec(head);
  const version = head.startsWith('<!doctype html>') ? tag?.[1] : undefined;
  if (version === undefined)
    throw new VpdError(
      'bad-file',
      `${name} is not a report of this page: no “${GENERATOR}” is named in its head. Pick a report, or a photo.`,
    );
  if (Number(version) !== REPORT_VERSION) throw foreignVersion(name, version);
}

/** Returns the base64 text between the mark and the last quote of the file. */
async function dataOf(file: Blob, name: string): Promise<Blob> {
  const start = await find(file, DATA_MARK, name);
  const tailAt = Math.max(0, file.size - TAIL_BYTES);
  const quote = new Uint8Array(await fileBytes(file.slice(tailAt), name, 'bad-file')).lastIndexOf(QUOTE);
  const end = tailAt + quote;
  if (start === undefined || quote < 0 || end < start) throw damaged(name, 'its data are missing');
  return file.slice(start, end);
}

/** Returns the offset after the first occurrence of an ASCII text in a file; undefined if there is none. */
async function find(file: Blob, wanted: string, name: string): Promise<number | undefined> {
  const bytes = new TextEncoder().encode(wanted);
  const [first = 0] = bytes;
  for (let at = 0; at < file.size; at += SCAN_BYTES) {
    const slice = new Uint8Array(await fileBytes(file.slice(at, at + SCAN_BYTES + bytes.length), name, 'bad-file'));
    for (let i = slice.indexOf(first); i >= 0; i = slice.indexOf(first, i + 1))
      if (bytes.every((byte, k) => slice[i + k] === byte)) return at + i + bytes.length;
  }
  return undefined;
}

/** The ZIP of a report. Each file may be read once: otherwise a small file, named by many results, would be unpacked for each. */
interface Archive {
  readonly records: ReadonlyMap<string, ZipRecord>;
  readonly read: Set<string>;
}

async function unpack(archive: Archive, path: string, most: number, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const record = archive.records.get(path);
  if (!record) throw damaged(name, `${path} is not in it`);
  if (archive.read.has(path)) throw damaged(name, `${path} is named twice`);
  archive.read.add(path);
  if (record.bytes > most)
    throw new VpdError('bad-file', `${name}: ${path} claims ${record.bytes} bytes; at most ${most} are unpacked.`);
  return new Uint8Array(await record.read(0, record.bytes));
}

const typeName = (data: NpyData): string => data.constructor.name.replace('Array', '').toLowerCase();

/** Reads an array, which must have this type and shape. */
async function array<T extends Float32Array | Uint8Array>(
  archive: Archive,
  path: string,
  type: new (length: number) => T,
  shape: readonly number[],
  name: string,
): Promise<T> {
  const count = shape.reduce((a, b) => a * b, 1);
  const bytes = await unpack(archive, path, NPY_HEADER_BYTES + 4 * count, name);
  const found = readNpy(bytes, `${path} of ${name}`);
  if (!(found.data instanceof type) || found.shape.join() !== shape.join())
    throw damaged(
      name,
      `${path} holds ${typeName(found.data)} of the shape (${found.shape.join(', ')}) where ${typeName(new type(0))} of (${shape.join(', ')}) was expected`,
    );
  return found.data;
}

async function loadMaps(archive: Archive, all: readonly StoredMaps[], name: string): Promise<AttentionMaps[]> {
  const maps: AttentionMaps[] = [];
  for (const { data, ...facts } of all)
    maps.push({
      ...facts,
      data: await array(archive, data, Float32Array, [facts.tokens, facts.height, facts.width], name),
    });
  return maps;
}

/** Reads a result. Figures are computed again from its arrays, not taken from the file. */
async function loadAnswer(archive: Archive, stored: StoredResult, name: string): Promise<Answered> {
  const answer = await loadResult(archive, stored, name);
  return stored.pack === undefined ? answer : { ...answer, pack: stored.pack };
}

async function loadResult(archive: Archive, stored: StoredResult, name: string): Promise<Answered> {
  const { width, height, timings } = stored;
  const shape = [height, width];
  switch (stored.task) {
    case 'depth': {
      const metres = await array(archive, stored.metres, Float32Array, shape, name);
      const [min, max] = range(metres);
      return { task: 'depth', scene: stored.scene, result: { width, height, metres, min, max, timings } };
    }
    case 'refer': {
      const { prompt, tokens, words, cut, absence, zeroShot } = stored;
      const probability = await array(archive, stored.probability, Float32Array, shape, name);
      const area = maskArea(threshold(probability)) / probability.length;
      const maps = await loadMaps(archive, stored.maps, name);
      const optional = {
        ...(absence === undefined ? {} : { absence }),
        ...(zeroShot === undefined ? {} : { zeroShot }),
      };
      const result = { width, height, probability, area, tokens, words, cut, maps, timings, ...optional };
      return { task: 'refer', prompt, result };
    }
    case 'segment': {
      const labels = await array(archive, stored.labels, Uint8Array, shape, name);
      const maps = await loadMaps(archive, stored.maps, name);
      const names: string[] = [];
      for (const { index, name: known } of stored.classes) names[index] = known;
      return {
        task: 'segment',
        result: { width, height, labels, present: presentClasses(labels, names), maps, timings },
      };
    }
  }
}
