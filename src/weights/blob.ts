import { cancelled, VpdError } from '../errors.ts';

/**
 * Reads bytes `start` ≤ i < `end` of a blob; of a file on disk, nothing else is read. A file that was changed or removed after it was
 * opened yields fewer bytes or a DOMException; both become `bad-file`.
 * @throws VpdError bad-file, no-memory, cancelled
 */
export async function readRange(
  blob: Blob,
  start: number,
  end: number,
  file: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (signal?.aborted) throw cancelled();
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await blob.slice(start, end).arrayBuffer());
  } catch (cause) {
    // Remote files (src/remote) throw VpdErrors of their own.
    if (cause instanceof VpdError) throw cause;
    if (cause instanceof RangeError)
      throw new VpdError(
        'no-memory',
        `${file}: there was not enough memory to read ${end - start} bytes. Close other pages or use a smaller model.`,
        { cause },
      );
    throw new VpdError(
      'bad-file',
      `${file} could not be read at byte ${start}: it was moved, changed or is not readable. Choose it again.`,
      { cause },
    );
  }
  if (bytes.length !== end - start)
    throw new VpdError(
      'bad-file',
      `${file} ends at byte ${start + bytes.length}, where bytes up to ${end} were expected: the file is truncated. Download it again.`,
    );
  return bytes;
}
