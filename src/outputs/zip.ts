import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';

/** A ZIP that is written file by file into a Blob, which the browser may keep on disk. */
export interface ZipFile {
  /** @param stored True to store the bytes uncompressed, for formats that are compressed already, as PNG and JPEG. */
  add(name: string, bytes: Uint8Array, stored?: boolean): Promise<void>;
  /** Returns an upper bound of the ZIP's bytes if it were closed now, and the bytes that it unpacks to. */
  size(): { readonly packed: number; readonly unpacked: number };
  close(): Promise<Blob>;
}

/** Bytes of a file except its content and name: two headers, their extra fields, a data descriptor. */
const OVERHEAD = 256;
/** Bytes per UTF-16 unit of a name: at most 3 in UTF-8, in each of two headers. */
const NAME_BYTES = 6;

export function createZip(): ZipFile {
  // This code already runs in a worker, or in Node, which has no web workers.
  const writer = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false });
  let [packed, unpacked] = [OVERHEAD, 0];
  return {
    async add(name, bytes, stored = false) {
      const { compressedSize } = await writer.add(name, new Uint8ArrayReader(bytes), stored ? { level: 0 } : {});
      packed += compressedSize + OVERHEAD + NAME_BYTES * name.length;
      unpacked += bytes.length;
    },
    size: () => ({ packed, unpacked }),
    close: () => writer.close(),
  };
}

export const jsonBytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
