import { looksLikePack } from '../../storage/shelf/looks-like-pack.ts';
import { BEGINNING_BYTES, looksLikeWeights } from '../../weights/looks-like-weights.ts';
import type { GivenFile } from '../convert/given.ts';
import type { Session } from '../session.ts';

/** Not yet in TypeScript's DOM library. */
interface WithHandle {
  getAsFileSystemHandle(): Promise<FileSystemHandle | null>;
}
const hasHandle = (item: object): item is WithHandle => 'getAsFileSystemHandle' in item;
const isFileHandle = (handle: FileSystemHandle | null | undefined): handle is FileSystemFileHandle =>
  handle instanceof FileSystemFileHandle;

type Dropped = Extract<GivenFile, { file: File }>;

/** Returns the files of a drop, with handles if the browser provides them. Must be called in the event handler: afterwards it is empty. */
export function filesOfDrop(transfer: DataTransfer | null): Promise<readonly Dropped[]> {
  const found = [...(transfer?.items ?? [])].map(async (item): Promise<Dropped | undefined> => {
    const file = item.kind === 'file' ? item.getAsFile() : null;
    if (!file) return undefined;
    const handle = hasHandle(item) ? await item.getAsFileSystemHandle().catch(() => null) : null;
    return isFileHandle(handle) ? { file, handle } : { file };
  });
  return Promise.all(found).then((files) => files.filter((file) => file !== undefined));
}

/** Distributes dropped files by their content: packs to the shelf, weights to the conversion, all others to the strip. */
export async function receiveFiles(dropped: readonly Dropped[], session: Session): Promise<void> {
  const files = dropped.map(({ file }) => file);
  if (looksLikePack(files)) return session.shelf((shelf) => shelf.importFiles(files));
  const photos: File[] = [];
  const weights: Dropped[] = [];
  for (const each of dropped) {
    const start = await each.file
      .slice(0, BEGINNING_BYTES)
      .arrayBuffer()
      .catch(() => new ArrayBuffer(0));
    if (looksLikeWeights(each.file.name, new Uint8Array(start))) weights.push(each);
    else photos.push(each.file);
  }
  if (photos.length > 0) session.addFiles(photos);
  if (weights.length > 0) session.convert((controller) => controller.add(weights));
}
