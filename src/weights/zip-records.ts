import { type Entry, type Reader, ZipReader } from '@zip.js/zip.js/lib/zip-core-reader.js';
import { VpdError } from '../errors.ts';
import { readRange } from './blob.ts';

/** A checkpoint has one record per storage: some thousands with an optimizer's state. */
const MAX_RECORDS = 200_000;
/** Most bytes that a compressed record may inflate to. torch.save does not compress; re-packed files may. */
const MAX_INFLATED_BYTES = 512 * 2 ** 20;

/** The directory of an archive with MAX_RECORDS records of long names. */
const MAX_DIRECTORY_BYTES = 64 * 2 ** 20;

/** One file inside a zip archive. */
export interface ZipRecord {
  readonly name: string;
  readonly bytes: number;
  /** Bytes start ≤ i < end. Of a stored record only these are read; a compressed one is inflated as a whole, and kept until another is. */
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** All bytes in order; a compressed record of any size is inflated on the way. */
  stream(signal?: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** Read size of `stream`. */
const STREAM_BYTES = 4 * 2 ** 20;

const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;

/** What zip.js reads the directory through: only ranges, of bounded size. Nothing is streamed. */
function directoryReader(file: string, blob: Blob): Reader<Blob> {
  return {
    size: blob.size,
    get readable() {
      return blob.stream();
    },
    createReadable: () => blob.stream(),
    readUint8Array: async (at, length) => {
      if (length > MAX_DIRECTORY_BYTES)
        throw new VpdError(
          'bad-file',
          `${file} claims a zip directory of ${length} bytes, more than the limit of ${MAX_DIRECTORY_BYTES}.`,
        );
      const end = Math.min(blob.size, at + length);
      return readRange(blob, Math.min(at, end), end, file);
    },
  };
}

/** The records of a zip archive by name, from its directory alone. */
export async function readZip(file: string, blob: Blob): Promise<ReadonlyMap<string, ZipRecord>> {
  const records = new Map<string, ZipRecord>();
  const kept: Kept = { whole: undefined };
  const damaged = (cause: unknown): VpdError =>
    cause instanceof VpdError
      ? cause
      : new VpdError(
          'bad-file',
          `${file} is a damaged zip archive: its directory is truncated or inconsistent. Download it again.`,
          { cause },
        );
  try {
    for await (const entry of new ZipReader(directoryReader(file, blob)).getEntriesGenerator()) {
      if (records.size >= MAX_RECORDS)
        throw new VpdError('bad-file', `${file} has more than ${MAX_RECORDS} records: it is not a checkpoint.`);
      if (entry.directory) continue;
      if (records.has(entry.filename))
        throw new VpdError('bad-file', `${file} has two records named ${entry.filename}.`);
      records.set(entry.filename, makeRecord(file, blob, entry, kept));
    }
  } catch (thrown) {
    throw damaged(thrown);
  }
  return records;
}

/** What was inflated last in an archive: tensors of one storage are read one after the other, and all storages are too much to hold. */
interface Kept {
  whole: { readonly entry: Entry; readonly bytes: Promise<Uint8Array> } | undefined;
}

function makeRecord(file: string, blob: Blob, entry: Entry, kept: Kept): ZipRecord {
  const { filename, compressionMethod, compressedSize, uncompressedSize, encrypted, offset } = entry;
  const label = `${file}: record ${filename}`;

  /** The length of the local header differs from the directory's: torch pads it to align the data. */
  const begin = async (signal?: AbortSignal): Promise<number> => {
    const header = new DataView((await readRange(blob, offset, offset + LOCAL_HEADER_BYTES, file, signal)).buffer);
    if (header.getUint32(0, true) !== LOCAL_SIGNATURE)
      throw new VpdError('bad-file', `${label} is not where the directory says.`);
    const at = offset + LOCAL_HEADER_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
    if (at + compressedSize > blob.size)
      throw new VpdError(
        'bad-file',
        `${label} reaches beyond the end of the file: it is truncated. Download it again.`,
      );
    return at;
  };

  async function* inflated(signal?: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    const at = await begin(signal);
    const reader = blob
      .slice(at, at + compressedSize)
      .stream()
      .pipeThrough(new DecompressionStream('deflate-raw'))
      .getReader();
    let length = 0;
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        length += part.value.length;
        if (length > uncompressedSize)
          throw new VpdError(
            'bad-file',
            `${label} inflates to more than the ${uncompressedSize} bytes that it claims.`,
          );
        yield part.value;
      }
    } catch (cause) {
      throw cause instanceof VpdError
        ? cause
        : new VpdError('bad-file', `${label} does not inflate: the file is damaged. Download it again.`, { cause });
    } finally {
      await reader.cancel().catch(() => undefined);
    }
    if (length < uncompressedSize)
      throw new VpdError(
        'bad-file',
        `${label} inflates to ${length} bytes instead of the ${uncompressedSize} that it claims.`,
      );
  }

  const inflate = async (signal?: AbortSignal): Promise<Uint8Array> => {
    if (uncompressedSize > MAX_INFLATED_BYTES)
      throw new VpdError(
        'bad-file',
        `${label} would inflate from ${compressedSize} to ${uncompressedSize} bytes, more than the limit of ${MAX_INFLATED_BYTES}.`,
      );
    const out = new Uint8Array(uncompressedSize);
    let length = 0;
    for await (const part of inflated(signal)) {
      out.set(part, length);
      length += part.length;
    }
    return out;
  };

  const keptWhole = (signal?: AbortSignal): Promise<Uint8Array> => {
    if (kept.whole?.entry === entry) return kept.whole.bytes;
    const whole = { entry, bytes: inflate(signal) };
    kept.whole = whole;
    whole.bytes.catch(() => {
      if (kept.whole === whole) kept.whole = undefined;
    });
    return whole.bytes;
  };

  const checkMethod = (): void => {
    if (encrypted) throw new VpdError('unsupported', `${label} is encrypted.`);
    const stored = compressionMethod === STORED && compressedSize === uncompressedSize;
    if (!stored && compressionMethod !== DEFLATED)
      throw new VpdError(
        'unsupported',
        `${label} is compressed by method ${compressionMethod}; only stored and deflated records are read.`,
      );
  };

  return {
    name: filename,
    bytes: uncompressedSize,
    async read(start, end, signal) {
      checkMethod();
      if (end > uncompressedSize || start > end)
        throw new VpdError('bad-file', `${label} has ${uncompressedSize} bytes and byte ${end} was asked for.`);
      if (compressionMethod === DEFLATED) return (await keptWhole(signal)).subarray(start, end);
      const at = await begin(signal);
      return readRange(blob, at + start, at + end, file, signal);
    },
    async *stream(signal) {
      checkMethod();
      if (compressionMethod === DEFLATED) return yield* inflated(signal);
      const at = await begin(signal);
      for (let from = 0; from < uncompressedSize; from += STREAM_BYTES)
        yield readRange(blob, at + from, at + Math.min(uncompressedSize, from + STREAM_BYTES), file, signal);
    },
  };
}
