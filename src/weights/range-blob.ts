/** Bytes `start` ≤ i < `end`; fewer where the source has been cut since its size was taken. */
export type ReadBytes = (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;

/** Read size of `stream`. */
const CHUNK_BYTES = 2 ** 20;

/** Something that is read by ranges (a file on disk, a file on a server), as a Blob: nothing is read until it is asked for. */
export function rangeBlob(size: number, read: ReadBytes): Blob {
  return sliceOf(read, 0, size);
}

function sliceOf(read: ReadBytes, start: number, end: number): Blob {
  const size = end - start;
  const bytes = () => read(start, end);
  /** As Blob.slice counts: negative from the end, all clamped. */
  const clamp = (at: number): number => (at < 0 ? Math.max(0, size + at) : Math.min(size, at));
  return {
    size,
    type: '',
    bytes,
    arrayBuffer: async () => (await bytes()).buffer,
    text: async () => new TextDecoder().decode(await bytes()),
    slice: (from = 0, to = size) => {
      const begin = clamp(from);
      return sliceOf(read, start + begin, start + Math.max(begin, clamp(to)));
    },
    stream: () => {
      let at = start;
      return new ReadableStream({
        async pull(controller) {
          if (at >= end) return controller.close();
          const part = await read(at, Math.min(end, at + CHUNK_BYTES));
          if (part.length === 0) return controller.close();
          at += part.length;
          controller.enqueue(part);
        },
      });
    },
  };
}
