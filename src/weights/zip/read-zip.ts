import { type Entry, type Reader, ZipReader } from '@zip.js/zip.js/lib/zip-core-reader.js';
import { VpdError } from '../../errors.ts';
import { readRange } from '../blob.ts';
import { type Crc32, createCrc32 } from './crc32.ts';

/** Far more than any file has: a checkpoint has one record per storage, some thousands with an optimizer's state. */
const MAX_RECORDS = 200_000;
/** Limit of a compressed record after inflating. torch.save does not compress; re-packed files may. */
const MAX_INFLATED_BYTES = 512 * 2 ** 20;
/** Size of a directory with MAX_RECORDS records of long names. */
const MAX_DIRECTORY_BYTES = 64 * 2 ** 20;

/** What messages about an archive call it, and what they advise. */
export interface ZipWords {
  /** What the file is meant to be, with its article: `a checkpoint`. */
  readonly noun: string;
  /** What to do about a damaged one, as a sentence: `Download it again.` */
  readonly wayOut: string;
}

/** One file inside a zip archive. */
export interface ZipRecord {
  readonly name: string;
  readonly bytes: number;
  /**
   * Reads bytes start ≤ i < end. A compressed record is inflated as a whole and kept until another one is inflated. The checksum is compared
   * where all bytes are read, at once or in parts that follow each other; other parts are not checked.
   */
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Yields all bytes in order; a compressed record may have any size. */
  stream(signal?: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/** Bytes per chunk of `stream`. */
const STREAM_BYTES = 4 * 2 ** 20;

const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER_BYTES = 30;
const LOCAL_SIGNATURE = 0x04034b50;

/** Reader through which zip.js reads the directory, by ranges of limited size. */
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

/**
 * Lists the records of a zip archive by name; reads only its directory.
 * @throws VpdError bad-file
 */
export async function readZip(file: string, blob: Blob, words: ZipWords): Promise<ReadonlyMap<string, ZipRecord>> {
  const records = new Map<string, ZipRecord>();
  const kept: Kept = { whole: undefined };
  const damaged = (cause: unknown): VpdError =>
    cause instanceof VpdError
      ? cause
      : new VpdError(
          'bad-file',
          `${file} is not ${words.noun} or is damaged: its zip directory is truncated or inconsistent. ${words.wayOut}`,
          { cause },
        );
  try {
    for await (const entry of new ZipReader(directoryReader(file, blob)).getEntriesGenerator()) {
      if (records.size >= MAX_RECORDS)
        throw new VpdError('bad-file', `${file} has more than ${MAX_RECORDS} records: it is not ${words.noun}.`);
      if (entry.directory) continue;
      if (records.has(entry.filename))
        throw new VpdError('bad-file', `${file} has two records named ${entry.filename}.`);
      records.set(entry.filename, makeRecord(file, blob, entry, kept, words));
    }
  } catch (thrown) {
    throw damaged(thrown);
  }
  return records;
}

/** The last inflated record of an archive: tensors of one storage are read one after the other, and all storages do not fit into memory. */
interface Kept {
  whole: { readonly entry: Entry; readonly bytes: Promise<Uint8Array> } | undefined;
}

function makeRecord(file: string, blob: Blob, entry: Entry, kept: Kept, { wayOut }: ZipWords): ZipRecord {
  const { filename, compressionMethod, compressedSize, uncompressedSize, encrypted, offset, crc32 = 0 } = entry;
  const label = `${file}: record ${filename}`;

  const truncated = (): VpdError =>
    new VpdError('bad-file', `${label} reaches beyond the end of the file: it is truncated. ${wayOut}`);

  /** Returns the first byte of the data. Needs the local header, which torch pads for alignment, unlike the entry in the directory. */
  const begin = async (signal?: AbortSignal): Promise<number> => {
    if (offset + LOCAL_HEADER_BYTES > blob.size) throw truncated();
    const header = new DataView((await readRange(blob, offset, offset + LOCAL_HEADER_BYTES, file, signal)).buffer);
    if (header.getUint32(0, true) !== LOCAL_SIGNATURE)
      throw new VpdError('bad-file', `${label} is not where the directory says.`);
    const at = offset + LOCAL_HEADER_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
    if (at + compressedSize > blob.size) throw truncated();
    return at;
  };

  /**
   * Compares the CRC of all bytes of the record. 0 means that it was not computed: torch.save has an option for that, and also
   * writes 0 for storages that are filled in later.
   */
  const checkCrc = (found: number): void => {
    if (crc32 !== 0 && found !== crc32)
      throw new VpdError('bad-file', `${label} is damaged: its checksum is wrong. ${wayOut}`);
  };

  /** The bytes from the record's first on that have been read in their order, as by tensors that share a storage. */
  let sequence: { end: number; readonly crc: Crc32 } | undefined;

  async function* checked(
    parts: AsyncIterable<Uint8Array<ArrayBuffer>>,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    const crc = createCrc32();
    for await (const part of parts) {
      crc.update(part);
      yield part;
    }
    checkCrc(crc.value());
  }

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
        : new VpdError('bad-file', `${label} does not inflate: the file is damaged. ${wayOut}`, { cause });
    } finally {
      await reader.cancel().catch(() => undefined);
    }
    if (length < uncompressedSize)
      throw new VpdError(
        'bad-file',
        `${label} inflates to ${length} bytes instead of the ${uncompressedSize} that it claims.`,
      );
  }

  async function* uncompressed(signal?: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    const at = await begin(signal);
    for (let from = 0; from < uncompressedSize; from += STREAM_BYTES)
      yield readRange(blob, at + from, at + Math.min(uncompressedSize, from + STREAM_BYTES), file, signal);
  }

  const inflate = async (signal?: AbortSignal): Promise<Uint8Array> => {
    if (uncompressedSize > MAX_INFLATED_BYTES)
      throw new VpdError(
        'bad-file',
        `${label} would inflate from ${compressedSize} to ${uncompressedSize} bytes, more than the limit of ${MAX_INFLATED_BYTES}.`,
      );
    const out = new Uint8Array(uncompressedSize);
    let length = 0;
    for await (const part of checked(inflated(signal))) {
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
      const bytes = await readRange(blob, at + start, at + end, file, signal);
      if (start === 0) sequence = { end: 0, crc: createCrc32() };
      if (start === sequence?.end) {
        sequence.crc.update(bytes);
        sequence.end = end;
        if (end === uncompressedSize) checkCrc(sequence.crc.value());
      }
      return bytes;
    },
    async *stream(signal) {
      checkMethod();
      yield* checked(compressionMethod === DEFLATED ? inflated(signal) : uncompressed(signal));
    },
  };
}
