import { VpdError } from '../errors.ts';
import { readRange } from './blob.ts';
import { openSafetensors } from './safetensors/safetensors.ts';
import { openShards, readShardIndex } from './safetensors/safetensors-sharded.ts';
import type { TensorSource } from './source.ts';
import { openTorch } from './torch/torch.ts';

export interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

type WeightsKind = 'safetensors' | 'json' | 'zip';

/** First bytes (compared in lower case) of files that are mistaken for checkpoints, with their kind and what to do. */
const OTHERS: readonly (readonly [readonly string[], string])[] = [
  [
    ['version https://git-lfs'],
    'a Git LFS pointer, not the file itself. Fetch the file with git lfs pull or download it from its page',
  ],
  [['<!doctype', '<html', '<?xml'], 'a web page: the download failed or needs a login. Download it again'],
  [['gguf'], 'a GGUF file. Give the original .safetensors or .ckpt'],
  [['\x93numpy'], 'a NumPy array, not a checkpoint'],
  [['\x89hdf'], 'an HDF5 file. Give the original .safetensors or .ckpt'],
  [['\x89png', '\xff\xd8\xff', 'riff'], 'a picture or sound, not a checkpoint'],
  [['\x1f\x8b', '7z\xbc\xaf', 'rar!', 'bzh'], 'a compressed archive. Unpack it first'],
  [
    // Magic number of torch.save before 1.6, pickled with protocol 2.
    ['\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19'],
    'in the format of PyTorch before 1.6. Open it in PyTorch and save it again with torch.save(torch.load(path, map_location="cpu"), new_path)',
  ],
  [
    ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'],
    'a bare pickle without the storages of tensors. Save the state dict with torch.save or as safetensors',
  ],
];

/**
 * Detects the kind of a file by its first bytes, never by its name.
 * @throws VpdError unsupported or bad-file for anything else
 */
export async function sniffWeights({ name, blob }: NamedBlob): Promise<WeightsKind> {
  if (blob.size === 0) throw new VpdError('bad-file', `${name} is empty.`);
  const bytes = await readRange(blob, 0, Math.min(512, blob.size), name);
  // Not TextDecoder('latin1'): that is windows-1252, which maps the bytes 80..9f to other characters.
  const head = String.fromCharCode(...bytes);
  if (head.startsWith('PK\x03\x04')) return 'zip';
  // A safetensors file begins with eight bytes of length, which are never all printable, and a brace.
  if (head[8] === '{' && !bytes.slice(0, 8).every((byte) => byte >= 0x09 && byte < 0x7f)) return 'safetensors';
  const start = head.trimStart();
  if (start.startsWith('{')) return 'json';
  for (const [marks, what] of OTHERS)
    if (marks.some((mark) => start.slice(0, mark.length).toLowerCase() === mark.toLowerCase()))
      throw new VpdError('unsupported', `${name} is ${what}.`);
  if (head.startsWith('PK'))
    throw new VpdError('bad-file', `${name} is a damaged or empty zip archive. Download it again.`);
  throw new VpdError(
    'unsupported',
    `${name} is neither a safetensors file nor a PyTorch checkpoint: it begins with ${showBytes(bytes)}.`,
  );
}

const showBytes = (bytes: Uint8Array): string =>
  [...bytes.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

/**
 * Opens one checkpoint: a safetensors file, a PyTorch zip (.pth, .ckpt, .pt), or the shards of a safetensors model with their index.
 * Reads only headers.
 */
export async function openCheckpoint(files: readonly NamedBlob[], signal?: AbortSignal): Promise<TensorSource> {
  const kinds = await Promise.all(files.map(sniffWeights));
  const index = files.find((_, i) => kinds[i] === 'json');
  if (index) {
    const blobs = new Map(files.filter((file) => file !== index).map(({ name, blob }) => [name, blob]));
    return openShards(index.name, await readShardIndex(index.name, index.blob, signal), blobs, signal);
  }
  const [file, second] = files;
  if (!file) throw new VpdError('bad-request', 'No file was given.');
  if (second)
    throw new VpdError(
      'bad-request',
      `${file.name} and ${second.name} come without a model.safetensors.index.json that joins them. Open them one by one or add it.`,
    );
  return kinds[0] === 'zip' ? openTorch(file.name, file.blob, signal) : openSafetensors(file.name, file.blob, signal);
}
