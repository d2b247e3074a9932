import { VpdError } from '../errors.ts';

/**
 * Bytes `start` ≤ i < `end` of a blob: a file on disk is read only there. A file that changed or vanished while it was open
 * gives fewer bytes or a DOMException; both become `bad-file`.
 */
export async function readRange(
  blob: Blob,
  start: number,
  end: number,
  file: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (signal?.aborted) throw new VpdError('cancelled', 'Cancelled.');
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await blob.slice(start, end).arrayBuffer());
  } catch (cause) {
    // A file on a server says itself what went wrong.
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
