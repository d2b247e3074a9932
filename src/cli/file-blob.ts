import { open, stat } from 'node:fs/promises';

/**
 * A file on disk as a Blob whose bytes are read only where they are asked for. Node's own `fs.openAsBlob` (20.20) keeps the size in 32 bits,
 * so that a checkpoint of more than 4 GiB, such as Stable Diffusion with both copies of its weights, seems to have the rest of it.
 */
export async function openFileBlob(path: string): Promise<Blob> {
  return fileRange(path, 0, (await stat(path)).size);
}

/** Read size of `stream`. */
const CHUNK_BYTES = 2 ** 20;

function fileRange(path: string, start: number, end: number): Blob {
  const size = end - start;
  const bytes = async (): Promise<Uint8Array<ArrayBuffer>> => {
    const file = await open(path, 'r');
    try {
      const out = new Uint8Array(size);
      let length = 0;
      while (length < size) {
        const { bytesRead } = await file.read(out, length, size - length, start + length);
        // The file has been cut since: whoever asked sees fewer bytes than the size.
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return length === size ? out : out.slice(0, length);
    } finally {
      await file.close();
    }
  };
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
      return fileRange(path, start + begin, start + Math.max(begin, clamp(to)));
    },
    stream: () => {
      let at = start;
      return new ReadableStream({
        async pull(controller) {
          if (at >= end) return controller.close();
          const part = await fileRange(path, at, Math.min(end, at + CHUNK_BYTES)).bytes();
          if (part.length === 0) return controller.close();
          at += part.length;
          controller.enqueue(part);
        },
      });
    },
  };
}
