import { VpdError } from '../errors.ts';
import { fileBytes } from '../file-bytes.ts';

/** Number of bytes encoded at once: a multiple of 3, so that the texts of the pieces can be joined without padding. */
const PIECE = 3 * 8192;
/** Number of characters decoded at once: a multiple of 4, small compared with a file. */
const SLICE = 4 * 2 ** 20;

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  return text;
}

/** Returns the number of base64 characters for a number of bytes. */
export const base64Length = (bytes: number): number => 4 * Math.ceil(bytes / 3);

/** Encodes a blob as base64 in pieces, since the whole may be too long for one string. */
export async function blobToBase64(blob: Blob): Promise<readonly string[]> {
  const pieces: string[] = [];
  const step = PIECE * 128;
  for (let at = 0; at < blob.size; at += step)
    pieces.push(toBase64(new Uint8Array(await blob.slice(at, at + step).arrayBuffer())));
  return pieces;
}

/**
 * Decodes a blob of base64 text.
 * @param file Name of the file that it is part of, for the message.
 * @throws VpdError bad-file: not base64 characters, a length that is no multiple of 4, or the file cannot be read
 */
export async function blobFromBase64(text: Blob, file: string): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < text.size; at += SLICE) {
    const slice = new TextDecoder().decode(await fileBytes(text.slice(at, at + SLICE), file, 'bad-file'));
    // Checked, since atob accepts spaces and missing padding, which reports do not have.
    const valid = at + SLICE >= text.size ? /^[A-Za-z0-9+/]*={0,2}$/ : /^[A-Za-z0-9+/]*$/;
    if (slice.length % 4 !== 0 || !valid.test(slice))
      throw new VpdError('bad-file', `${file} is damaged or cut short: its data are not base64. Save it again.`);
    const binary = atob(slice);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    parts.push(bytes);
  }
  return new Blob(parts);
}
