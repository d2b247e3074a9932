import * as v from 'valibot';
import { VpdError } from '../../errors.ts';
import { readRange } from '../blob.ts';
import { isDtype, showShape } from '../dtype.ts';
import { duplicateKey } from '../json-keys.ts';
import type { TensorInfo, TensorSource } from '../source.ts';
import { makeSource, tensorBytes } from '../source.ts';

/** Limit of the format (MAX_HEADER_SIZE in safetensors); the header of a thousand tensors has a few hundred kB. */
const MAX_HEADER_BYTES = 100_000_000;

interface SafetensorsEntry extends TensorInfo {
  /** First byte of the tensor, from the start of the file. */
  readonly offset: number;
}

interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the file. */
  readonly entries: readonly SafetensorsEntry[];
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entrySchema = v.object({ dtype: v.string(), shape: v.array(count), data_offsets: v.tuple([count, count]) });
const metadataSchema = v.record(v.string(), v.string());

/**
 * Reads and checks the header of a safetensors file: 8 bytes of length, JSON, data
 * (https://github.com/huggingface/safetensors#format). Every byte of the data must belong to exactly one tensor.
 * @throws VpdError bad-file, unsupported
 */
export async function readSafetensorsHeader(
  file: string,
  blob: Blob,
  signal?: AbortSignal,
): Promise<SafetensorsHeader> {
  if (blob.size < 8)
    throw new VpdError(
      'bad-file',
      `${file} has ${blob.size} bytes, fewer than the 8 of a safetensors header length: it is truncated. Download it again.`,
    );
  const length = new DataView((await readRange(blob, 0, 8, file, signal)).buffer).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES))
    throw new VpdError(
      'bad-file',
      `${file} claims a safetensors header of ${length} bytes, more than the format’s limit of ${MAX_HEADER_BYTES}: it is not a safetensors file.`,
    );
  const dataStart = 8 + Number(length);
  if (dataStart > blob.size)
    throw new VpdError(
      'bad-file',
      `${file} claims a safetensors header of ${length} bytes but has ${blob.size} in all: it is truncated. Download it again.`,
    );

  const header = parseHeader(file, await readRange(blob, 8, dataStart, file, signal));
  const entries: SafetensorsEntry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, raw] of Object.entries(header)) {
    if (name === '__metadata__') {
      const parsed = v.safeParse(metadataSchema, raw);
      if (!parsed.success) throw new VpdError('bad-file', `${file}: __metadata__ must map strings to strings.`);
      metadata = parsed.output;
    } else entries.push(checkEntry(file, name, raw, dataStart));
  }
  entries.sort((a, b) => a.offset - b.offset || a.bytes - b.bytes);
  checkCover(file, entries, dataStart, blob.size);
  return { metadata, entries };
}

function parseHeader(file: string, bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw new VpdError(
      'bad-file',
      `${file}: the safetensors header is not JSON, so the file is corrupt or of another kind.`,
      { cause },
    );
  }
  const parsed = v.safeParse(v.record(v.string(), v.unknown()), value);
  if (!parsed.success || Array.isArray(value))
    throw new VpdError('bad-file', `${file}: the safetensors header is not a JSON object.`);
  const twice = duplicateKey(text);
  if (twice !== undefined) throw new VpdError('bad-file', `${file} names tensor ${twice} twice.`);
  return parsed.output;
}

function checkEntry(file: string, name: string, raw: unknown, dataStart: number): SafetensorsEntry {
  const parsed = v.safeParse(entrySchema, raw);
  if (!parsed.success)
    throw new VpdError(
      'bad-file',
      `${file}: the header entry of tensor ${name} is malformed (${parsed.issues[0].message}); it needs dtype, shape and data_offsets.`,
    );
  const { dtype, shape, data_offsets: offsets } = parsed.output;
  if (!isDtype(dtype)) throw new VpdError('unsupported', `${file}: tensor ${name} has the unknown type ${dtype}.`);
  const bytes = tensorBytes(file, name, dtype, shape);
  const [begin, end] = offsets;
  if (end - begin !== bytes)
    throw new VpdError(
      'bad-file',
      `${file}: tensor ${name} of ${dtype} ${showShape(shape)} needs ${bytes} bytes but its offsets ${begin}..${end} hold ${end - begin}.`,
    );
  return { name, dtype, shape, bytes, offset: dataStart + begin };
}

/** The format forbids overlaps, holes and trailing bytes. */
function checkCover(file: string, entries: readonly SafetensorsEntry[], dataStart: number, size: number): void {
  let at = dataStart;
  let before = 'the header';
  for (const { name, offset, bytes } of entries) {
    if (offset < at) throw new VpdError('bad-file', `${file}: tensor ${name} overlaps ${before}.`);
    if (offset > at)
      throw new VpdError(
        'bad-file',
        `${file}: ${offset - at} bytes between ${before} and tensor ${name} belong to no tensor.`,
      );
    at = offset + bytes;
    before = `tensor ${name}`;
    if (at > size)
      throw new VpdError(
        'bad-file',
        `${file}: tensor ${name} ends at byte ${at} but the file has ${size}: it is truncated. Download it again.`,
      );
  }
  if (at < size) throw new VpdError('bad-file', `${file}: ${size - at} bytes after ${before} belong to no tensor.`);
}

/** Opens a single safetensors file as a TensorSource. */
export async function openSafetensors(file: string, blob: Blob, signal?: AbortSignal): Promise<TensorSource> {
  const { metadata, entries } = await readSafetensorsHeader(file, blob, signal);
  const offsets = new Map(entries.map((entry) => [entry.name, entry.offset]));
  return makeSource({
    name: file,
    format: 'safetensors',
    bytes: blob.size,
    metadata,
    tensors: new Map(entries.map(({ name, dtype, shape, bytes }) => [name, { name, dtype, shape, bytes }])),
    readInfo: (info, signal) => {
      const offset = offsets.get(info.name) ?? 0;
      return readRange(blob, offset, offset + info.bytes, file, signal);
    },
  });
}
