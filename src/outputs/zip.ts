import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';

/** A ZIP that grows file by file: what is written goes into a Blob, which the browser may keep on disk. */
export interface ZipFile {
  /** @param packed Whether the bytes are compressed already, as those of PNG and JPEG are. */
  add(name: string, bytes: Uint8Array, packed?: boolean): Promise<void>;
  close(): Promise<Blob>;
}

export function createZip(): ZipFile {
  // Whoever writes a ZIP is in a worker already, or has none.
  const writer = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false });
  return {
    async add(name, bytes, packed = false) {
      await writer.add(name, new Uint8ArrayReader(bytes), packed ? { level: 0 } : {});
    },
    close: () => writer.close(),
  };
}

export const jsonBytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
