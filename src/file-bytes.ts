import { type ErrorCode, toVpdError, VpdError } from './errors.ts';

/**
 * The bytes of a file that was picked or dropped, which may be gone by the time it is read; a folder that was dropped looks like a file
 * until then.
 * @param code what that means to the reader
 * @throws VpdError `code`: it cannot be read; no-memory
 */
export async function fileBytes(
  file: Blob,
  name: string,
  code: Extract<ErrorCode, 'bad-image' | 'bad-file'>,
): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer();
  } catch (thrown) {
    const error = toVpdError(thrown);
    if (error.code === 'no-memory') throw error;
    throw new VpdError(code, `${name} cannot be read: it was moved or changed, or it is a folder. Add it again.`, {
      cause: thrown,
    });
  }
}

/** The bytes of a photo's file. */
export const photoBytes = (file: Blob, name: string): Promise<ArrayBuffer> => fileBytes(file, name, 'bad-image');
