import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VpdError } from '../../errors.ts';
import type { FileSink } from '../../weights/sink.ts';

/** Reasons of the file system with the way out, by its codes. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there; choose another folder',
  EEXIST: 'a file has that name; choose another one',
  EISDIR: 'a folder has that name; choose another one',
  ENOSPC: 'the disk is full; make room',
  ENOTDIR: 'a part of its path is a file; choose another folder',
  ERR_FS_EISDIR: 'a folder has that name; choose another one',
  EROFS: 'the disk is read-only; choose another folder',
};

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return ('code' in cause && REASONS[String(cause.code)]) || cause.message;
}

/** Writes files into a folder, each under a temporary name that is renamed once it is complete, so that no incomplete file is left. */
export function folderSink(folder: string): FileSink {
  return {
    createFile: async (name) => {
      const path = join(folder, name);
      const partial = `${path}.part`;
      const attempt = <T>(work: Promise<T>): Promise<T> =>
        work.catch((cause: unknown) => {
          throw new VpdError('storage', `${path} cannot be written: ${reasonOf(cause)}.`, { cause });
        });
      await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
        throw new VpdError('storage', `The folder ${folder} cannot be created: ${reasonOf(cause)}.`, { cause });
      });
      // Deleted first, because it may be a symbolic link to another file.
      await attempt(rm(partial, { force: true }));
      const handle = await attempt(open(partial, 'wx'));
      let isOpen = true;
      const close = async (): Promise<void> => {
        if (isOpen) await handle.close();
        isOpen = false;
      };
      return {
        write: async (chunk) => {
          // A single write may write less than the whole chunk (at most 2 GiB on Linux).
          for (let at = 0; at < chunk.length; )
            at += (await attempt(handle.write(chunk, at, chunk.length - at))).bytesWritten;
        },
        close: async () => {
          await attempt(close());
          await attempt(rename(partial, path));
        },
        abort: async () => {
          await close();
          await rm(partial, { force: true });
        },
      };
    },
  };
}

/**
 * Writes one complete file into a folder, or nothing.
 * @throws VpdError storage; the reason of `signal`
 */
export async function putFile(
  folder: string,
  name: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const file = await folderSink(folder).createFile(name);
  try {
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      await file.write(chunk);
    }
    await file.close();
  } catch (thrown) {
    await file.abort();
    throw thrown;
  }
}
