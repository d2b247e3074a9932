import { type ErrorCode, toVpdError, VpdError } from './errors.ts';

/**
 * Reads a picked or dropped file. It may have been moved since, and a dropped folder looks like a file until it is read.
 * @param code code of the error if it cannot be read
 * @throws VpdError `code`, no-memory
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

/** Reads a photo's file. */
export const photoBytes = (file: Blob, name: string): Promise<ArrayBuffer> => fileBytes(file, name, 'bad-image');
