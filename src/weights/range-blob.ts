/** Reads bytes `start` ≤ i < `end`; returns fewer if the source has become shorter since its size was read. */
export type ReadBytes = (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;

/** Bytes per chunk of `stream`. */
const CHUNK_BYTES = 2 ** 20;

/** Wraps a source that is read by ranges (a file on disk or on a server) as a Blob; only requested bytes are read. */
export function rangeBlob(size: number, read: ReadBytes): Blob {
  return sliceOf(read, 0, size);
}

function sliceOf(read: ReadBytes, start: number, end: number): Blob {
  const size = end - start;
  const bytes = () => read(start, end);
  /** Clamps a position as Blob.slice does; negative positions count from the end. */
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
