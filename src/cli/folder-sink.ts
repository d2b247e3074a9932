import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VpdError } from '../errors.ts';
import type { FileSink } from '../weights/sink.ts';

/** Writes files into a folder. Each is written under a temporary name and renamed when it is complete, so that no half file is left. */
export function folderSink(folder: string): FileSink {
  return {
    createFile: async (name) => {
      const path = join(folder, name);
      const partial = `${path}.part`;
      try {
        await mkdir(folder, { recursive: true });
      } catch (cause) {
        throw new VpdError('storage', `The folder ${folder} cannot be made.`, { cause });
      }
      const handle = await open(partial, 'w');
      let isOpen = true;
      const close = async (): Promise<void> => {
        if (isOpen) await handle.close();
        isOpen = false;
      };
      return {
        write: async (chunk) => {
          // A single write may take less than the whole chunk (2 GiB at most on Linux).
          for (let at = 0; at < chunk.length; ) {
            try {
              at += (await handle.write(chunk, at, chunk.length - at)).bytesWritten;
            } catch (cause) {
              throw new VpdError(
                'storage',
                `${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`,
                { cause },
              );
            }
          }
        },
        close: async () => {
          await close();
          await rename(partial, path);
        },
        abort: async () => {
          await close();
          await rm(partial, { force: true });
        },
      };
    },
  };
}
