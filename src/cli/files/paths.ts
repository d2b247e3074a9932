import { realpath, stat } from 'node:fs/promises';

/** True if there is a file or folder of this path. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** True if an error has this system code, such as ENOENT. */
export const hasErrno = (thrown: unknown, code: string): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === code;

/** True if a path refers to the same existing file as one of `files`, e.g. through symbolic links. */
export async function refersToOneOf(path: string, files: readonly string[]): Promise<boolean> {
  const real = (each: string): Promise<string | undefined> => realpath(each).catch(() => undefined);
  const target = await real(path);
  return target !== undefined && (await Promise.all(files.map(real))).includes(target);
}
