import { open, stat } from 'node:fs/promises';
import { type ReadBytes, rangeBlob } from '../weights/range-blob.ts';

/**
 * A file on disk as a Blob whose bytes are read only where they are asked for. Node's own `fs.openAsBlob` (20.20) keeps the size in 32 bits,
 * so that a checkpoint of more than 4 GiB, such as Stable Diffusion with both copies of its weights, seems to have the rest of it.
 */
export async function openFileBlob(path: string): Promise<Blob> {
  return rangeBlob((await stat(path)).size, fileReader(path));
}

function fileReader(path: string): ReadBytes {
  return async (start, end) => {
    const size = end - start;
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
}
