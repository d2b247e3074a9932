import { CHUNK_BYTES } from './chunk.ts';
import { storageError } from './opfs.ts';

/** The part of FileSystemSyncAccessHandle that is used here; tests implement it in memory. */
export interface SyncFile {
  read(into: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  getSize(): number;
  truncate(size: number): void;
  /** Returns once everything written is on disk. */
  flush(): void;
  close(): void;
}

/** A folder whose files can be written in place. */
export interface SyncFolder {
  /** Opens a file, created if it does not exist; it cannot be opened a second time until it is closed. */
  open(name: string): Promise<SyncFile>;
}

/**
 * Writes a whole chunk at byte `at`.
 * @param name name of the file
 * @throws VpdError storage
 */
export function writeAll(name: string, file: SyncFile, chunk: Uint8Array, at: number): void {
  const bytes =
    chunk.buffer instanceof ArrayBuffer ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length) : chunk.slice();
  try {
    for (let done = 0; done < bytes.length; ) {
      const count = file.write(bytes.subarray(done), { at: at + done });
      // On a full disk, some browsers write fewer bytes than requested and do not throw.
      if (count <= 0) throw new DOMException('Nothing could be written.', 'QuotaExceededError');
      done += count;
    }
  } catch (thrown) {
    throw storageError(name, thrown);
  }
}

/**
 * Yields bytes `start` ≤ i < `end` of a file in parts, or fewer if it ends before. After each part there is a pause, in which the worker
 * can receive messages (a cancel).
 * @param buffer holds each part until the next one is read
 */
export async function* readParts(
  file: SyncFile,
  start: number,
  end: number,
  buffer = new Uint8Array(Math.min(CHUNK_BYTES, end - start)),
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = start; at < end; ) {
    const count = file.read(buffer.subarray(0, Math.min(buffer.length, end - at)), { at });
    if (count <= 0) return;
    yield buffer.subarray(0, count);
    at += count;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/**
 * Waits until everything written is on disk.
 * @throws VpdError storage if it has no room
 */
export function flush(name: string, file: SyncFile): void {
  try {
    file.flush();
  } catch (thrown) {
    throw storageError(name, thrown);
  }
}
