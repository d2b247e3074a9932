/** Usual extensions of weight files; used only if the content does not decide. */
const NAMES = /\.(pth|ckpt|pt|bin|safetensors|safetensors\.index\.json|gguf|h5)$/i;
/** Number of first bytes that `looksLikeWeights` needs. */
export const BEGINNING_BYTES = 512;

/** First bytes of pictures and documents; such a file is not weights, whatever its name. */
const PICTURES: readonly string[] = ['\x89PNG', '\xff\xd8\xff', 'GIF8', 'RIFF', '%PDF'];
/** First bytes of pickles (protocols 2 to 5), GGUF and HDF5. */
const WEIGHTS: readonly string[] = ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05', 'GGUF', '\x89HDF'];

/**
 * True if a file looks like weights: a safetensors file, a zip written by torch.save, another weight format (which is refused later with
 * its own message), or a file with such an extension that is not a picture.
 * @param start its first BEGINNING_BYTES bytes
 */
export function looksLikeWeights(name: string, start: Uint8Array): boolean {
  const text = String.fromCharCode(...start.subarray(0, BEGINNING_BYTES));
  if (PICTURES.some((mark) => text.startsWith(mark))) return false;
  if (WEIGHTS.some((mark) => text.startsWith(mark))) return true;
  // safetensors: eight bytes of length, then a JSON header.
  if (text.slice(5, 10) === '\0\0\0{"') return true;
  // torch.save writes the pickle first, in a folder named after the file.
  if (text.startsWith('PK\x03\x04') && text.slice(30, 240).includes('data.pkl')) return true;
  return NAMES.test(name);
}
