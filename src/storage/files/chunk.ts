/** Bytes of a file that are read at once, to hash or to copy it. */
export const CHUNK_BYTES = 4 * 2 ** 20;
