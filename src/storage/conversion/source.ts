import { openRemoteFile } from '../../remote/remote-file.ts';
import { readRange } from '../../weights/blob.ts';
import type { NamedBlob } from '../../weights/open.ts';
import { createSha256 } from '../../weights/sha256.ts';

/** A weight file to convert: a local file, or one on a server, which is read by ranges. */
export type WeightFile = NamedBlob | { readonly url: string };

/** Identifies a file when it is given again. */
export interface FileMark {
  readonly name: string;
  readonly size: number;
  /** Of the first and the last MiB: hashing the whole file would take half as long as the conversion. */
  readonly sha256: string;
  readonly url?: string | undefined;
}

const EDGE_BYTES = 2 ** 20;

export interface ReadingOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called when the connection to a server was lost; the next attempt is in `ms` milliseconds. */
  readonly onPause?: ((ms: number) => void) | undefined;
}

/** Opens files for the readers of src/weights, and computes their marks. */
export async function openWeightFiles(
  given: readonly WeightFile[],
  { signal, onPause }: ReadingOptions = {},
): Promise<{ readonly files: readonly NamedBlob[]; readonly marks: readonly FileMark[] }> {
  const files: NamedBlob[] = [];
  const marks: FileMark[] = [];
  for (const each of given) {
    const file = 'url' in each ? await openRemoteFile(each.url, { signal, onPause }) : each;
    files.push(file);
    marks.push({ ...(await markOf(file, signal)), ...('url' in each ? { url: each.url } : {}) });
  }
  return { files, marks };
}

async function markOf({ name, blob }: NamedBlob, signal?: AbortSignal): Promise<FileMark> {
  const { size } = blob;
  const hash = createSha256();
  const head = Math.min(size, EDGE_BYTES);
  hash.update(await readRange(blob, 0, head, name, signal));
  hash.update(await readRange(blob, Math.max(head, size - EDGE_BYTES), size, name, signal));
  return { name, size, sha256: hash.hex() };
}
