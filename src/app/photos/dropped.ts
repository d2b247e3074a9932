import { looksLikePack, mayBeOfPack } from '../../storage/shelf/looks-like-pack.ts';
import { importCode } from '../../ui/import-code.ts';
import { BEGINNING_BYTES, looksLikeWeights } from '../../weights/looks-like-weights.ts';
import type { Workbench } from '../context.ts';
import type { GivenFile } from '../convert/given.ts';
import type { Session } from '../session.ts';
import type { GivenFolder, Walked } from './folders.ts';
import type { GivenTogether } from './open-folders.ts';

/** Not yet in TypeScript's DOM library. */
interface WithHandle {
  getAsFileSystemHandle(): Promise<FileSystemHandle | null>;
}
const hasHandle = (item: object): item is WithHandle => 'getAsFileSystemHandle' in item;
const isFileHandle = (handle: FileSystemHandle): handle is FileSystemFileHandle => handle.kind === 'file';
const isFolderHandle = (handle: FileSystemHandle): handle is FileSystemDirectoryHandle => handle.kind === 'directory';
const isFolderEntry = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

type Receiver = Pick<Workbench, 'session' | 'store'>;
type Dropped = Extract<GivenFile, { file: File }>;
const isFolder = (each: Dropped | GivenFolder): each is GivenFolder => 'kind' in each || 'isDirectory' in each;
const isFile = (each: Dropped | GivenFolder): each is Dropped => !isFolder(each);

interface Drop {
  readonly files: readonly Dropped[];
  readonly folders: readonly GivenFolder[];
}

/** Returns the files and folders of a drop, with handles if the browser provides them. Must be called in the event handler: afterwards it is empty. */
export async function openDrop(transfer: DataTransfer | null): Promise<Drop> {
  const found = await Promise.all(
    [...(transfer?.items ?? [])].map(async (item): Promise<Dropped | GivenFolder | undefined> => {
      if (item.kind !== 'file') return undefined;
      const file = item.getAsFile();
      const entry = item.webkitGetAsEntry();
      const handle = hasHandle(item) ? await item.getAsFileSystemHandle().catch(() => null) : null;
      if (handle && isFolderHandle(handle)) return handle;
      if (entry && isFolderEntry(entry)) return entry;
      if (!file) return undefined;
      return handle && isFileHandle(handle) ? { file, handle } : { file };
    }),
  );
  const given = found.filter((each) => each !== undefined);
  return { files: given.filter(isFile), folders: given.filter(isFolder) };
}

/** Opens what was dropped: files by their content, and what is in the folders. The photos of both are added together. */
export async function receiveDrop({ files, folders }: Drop, workbench: Receiver): Promise<void> {
  if (folders.length === 0) return receiveFiles(files, workbench.session);
  const photos = await receiveModels(files, workbench.session);
  await receiveFolders(workbench, { photos, folders: folders.length }, async ({ walkFolders }) => walkFolders(folders));
}

/** Opens a folder that was chosen in the browser's picker. */
export const receivePicked = (files: readonly File[], workbench: Receiver): Promise<void> =>
  receiveFolders(workbench, { photos: [], folders: 1 }, async ({ pickedFolder }) => pickedFolder(files));

const BUSY = 'Looking through the folder';

/** Walks through folders and opens what is in them; the code for that is loaded now. */
async function receiveFolders(
  workbench: Receiver,
  given: GivenTogether,
  walk: (code: typeof import('./folders.ts')) => Promise<Walked>,
): Promise<void> {
  const { store, session } = workbench;
  store.setState({ busy: BUSY });
  try {
    const [folders, { openFolders }] = await Promise.all([
      importCode(() => import('./folders.ts')),
      importCode(() => import('./open-folders.ts')),
    ]);
    await openFolders(await walk(folders), given, workbench);
  } catch (thrown) {
    session.addFiles(given.photos);
    session.showError(thrown);
  } finally {
    if (store.getState().busy === BUSY) store.setState({ busy: undefined });
  }
}

/** Distributes dropped files by their content: packs to the shelf, weights to the conversion, all others to the strip. */
async function receiveFiles(dropped: readonly Dropped[], session: Session): Promise<void> {
  const photos = await receiveModels(dropped, session);
  if (photos.length > 0) session.addFiles(photos);
}

/** Sends packs to the shelf and weights to the conversion; returns all other files, which are for the strip. */
async function receiveModels(dropped: readonly Dropped[], session: Session): Promise<readonly File[]> {
  const files = dropped.map(({ file }) => file);
  const pack = looksLikePack(files) ? files.filter(mayBeOfPack) : [];
  if (pack.length > 0) session.shelf((shelf) => shelf.importFiles(pack));
  const photos: File[] = [];
  const weights: Dropped[] = [];
  for (const each of dropped) {
    if (pack.includes(each.file)) continue;
    const start = await each.file
      .slice(0, BEGINNING_BYTES)
      .arrayBuffer()
      .catch(() => new ArrayBuffer(0));
    if (looksLikeWeights(each.file.name, new Uint8Array(start))) weights.push(each);
    else photos.push(each.file);
  }
  if (weights.length > 0) session.convert((controller) => controller.add(weights));
  return photos;
}
