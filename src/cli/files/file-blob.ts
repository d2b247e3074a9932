import { open, stat } from 'node:fs/promises';
import { type ReadBytes, rangeBlob } from '../../weights/range-blob.ts';

/**
 * Opens a file on disk as a Blob that reads only requested bytes. Node's own `fs.openAsBlob` (20.20) stores the size in 32 bits, which is
 * wrong for files above 4 GiB, such as Stable Diffusion with both copies of its weights.
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
        // The file has been truncated; the caller gets fewer bytes than requested.
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return length === size ? out : out.slice(0, length);
    } finally {
      await file.close();
    }
  };
}
