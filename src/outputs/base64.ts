import { VpdError } from '../errors.ts';
import { fileBytes } from '../file-bytes.ts';

/** Bytes encoded at once: a multiple of 3, so that the pieces' texts join without padding between them. */
const PIECE = 3 * 8192;
/** Characters of a file decoded at once: a multiple of 4, small beside the file. */
const SLICE = 4 * 2 ** 20;

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  return text;
}

/** A blob as base64, in pieces that a Blob can be made of: the whole is never one string. */
export async function blobToBase64(blob: Blob): Promise<readonly string[]> {
  const pieces: string[] = [];
  const step = PIECE * 128;
  for (let at = 0; at < blob.size; at += step)
    pieces.push(toBase64(new Uint8Array(await blob.slice(at, at + step).arrayBuffer())));
  return pieces;
}

/**
 * The bytes that the whole of a blob of base64 text stands for.
 * @param file What it is part of, for the message.
 * @throws VpdError bad-file: a character that base64 does not have, a length that it cannot have, or it cannot be read
 */
export async function blobFromBase64(text: Blob, file: string): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < text.size; at += SLICE) {
    const slice = new TextDecoder().decode(await fileBytes(text.slice(at, at + SLICE), file, 'bad-file'));
    // atob forgives spaces and missing padding; what we write has neither.
    const sound = at + SLICE >= text.size ? /^[A-Za-z0-9+/]*={0,2}$/ : /^[A-Za-z0-9+/]*$/;
    if (slice.length % 4 !== 0 || !sound.test(slice))
      throw new VpdError('bad-file', `${file} is damaged or cut short: its data are not base64. Save it again.`);
    const binary = atob(slice);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    parts.push(bytes);
  }
  return new Blob(parts);
}
