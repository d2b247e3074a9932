/** Extensions under which people keep weights; a file of that name is one unless its content is plainly something else. */
const NAMES = /\.(pth|ckpt|pt|bin|safetensors|safetensors\.index\.json|gguf|h5)$/i;
/** As much as the beginnings below need. */
export const BEGINNING_BYTES = 512;

/** Beginnings of pictures, documents and pages: what a name says about them counts for nothing. */
const PICTURES: readonly string[] = ['\x89PNG', '\xff\xd8\xff', 'GIF8', 'RIFF', '%PDF'];
/** Beginnings of pickles (protocols 2 to 5), GGUF and HDF5. */
const WEIGHTS: readonly string[] = ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05', 'GGUF', '\x89HDF'];

/**
 * Whether a file is meant as weights: a safetensors file, a zip that torch.save wrote, another format of weights (which has its own
 * sentence), or a file of such a name that is no picture.
 * @param start its first bytes
 */
export function looksLikeWeights(name: string, start: Uint8Array): boolean {
  const text = String.fromCharCode(...start.subarray(0, BEGINNING_BYTES));
  if (PICTURES.some((mark) => text.startsWith(mark))) return false;
  if (WEIGHTS.some((mark) => text.startsWith(mark))) return true;
  // Eight bytes of length, and a header of JSON.
  if (text.slice(5, 10) === '\0\0\0{"') return true;
  // torch.save begins with the pickle, in a folder of the file's name.
  if (text.startsWith('PK\x03\x04') && text.slice(30, 240).includes('data.pkl')) return true;
  return NAMES.test(name);
}
