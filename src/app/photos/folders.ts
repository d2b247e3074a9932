/** A file of a folder that was dropped or picked. */
export interface FolderFile {
  readonly file: File;
  /** Path of the file's folder, which begins with the name of the folder that was given: `holiday/day 1`. */
  readonly folder: string;
}

/** A dropped folder: in Chromium and Safari a handle, elsewhere an entry of the older API. */
export type GivenFolder = FileSystemDirectoryHandle | FileSystemDirectoryEntry;

export interface Walked {
  /** In the order of the paths, with numbers by their value. */
  readonly files: readonly FolderFile[];
  /** Names of hidden files and those of the system, and of folders of the same kind. */
  readonly hidden: readonly string[];
  /** Names of files that could not be opened. */
  readonly unreadable: readonly string[];
  /** False if the folders hold more than MAX_LOOKED_AT. */
  readonly complete: boolean;
}

/** Limit on the files and folders that are looked at: far more than a session has room for, but not a whole disk. */
export const MAX_LOOKED_AT = 20_000;

/** Names that Windows and macOS add to folders, in lower case; others begin with a dot. */
const SYSTEM_NAMES: readonly string[] = [
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '__macosx',
  '$recycle.bin',
  'system volume information',
];
const isHidden = (name: string): boolean => name.startsWith('.') || SYSTEM_NAMES.includes(name.toLowerCase());

const { compare } = new Intl.Collator(undefined, { numeric: true });

/** A file or a folder of either API. */
interface Node {
  readonly name: string;
  /** Undefined for a folder. */
  readonly open: (() => Promise<File>) | undefined;
  /** Undefined for a file. */
  readonly list: (() => Promise<readonly Node[]>) | undefined;
}

const isFileHandle = (handle: FileSystemHandle): handle is FileSystemFileHandle => handle.kind === 'file';
const isFolderHandle = (handle: FileSystemHandle): handle is FileSystemDirectoryHandle => handle.kind === 'directory';

function nodeOfHandle(handle: FileSystemHandle): Node {
  const { name } = handle;
  if (isFileHandle(handle)) return { name, open: () => handle.getFile(), list: undefined };
  return { name, open: undefined, list: async () => (isFolderHandle(handle) ? childrenOf(handle) : []) };
}

async function childrenOf(handle: FileSystemDirectoryHandle): Promise<readonly Node[]> {
  const nodes: Node[] = [];
  for await (const each of handle.values()) {
    nodes.push(nodeOfHandle(each));
    if (nodes.length > MAX_LOOKED_AT) break;
  }
  return nodes;
}

const isFolderEntry = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFileEntry = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

function nodeOfEntry(entry: FileSystemEntry): Node {
  const { name } = entry;
  if (isFileEntry(entry))
    return { name, open: () => new Promise((resolve, reject) => entry.file(resolve, reject)), list: undefined };
  return { name, open: undefined, list: async () => (isFolderEntry(entry) ? readEntries(entry) : []) };
}

async function readEntries(entry: FileSystemDirectoryEntry): Promise<readonly Node[]> {
  const reader = entry.createReader();
  const nodes: Node[] = [];
  // A reader returns at most a hundred entries at a time, and none at the end.
  while (nodes.length <= MAX_LOOKED_AT) {
    const some = await new Promise<readonly FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break;
    nodes.push(...some.map(nodeOfEntry));
  }
  return nodes;
}

/** Opens the files of dropped folders and of the folders in them; what cannot be opened is named in `unreadable`. */
export async function walkFolders(folders: readonly GivenFolder[], most = MAX_LOOKED_AT): Promise<Walked> {
  const files: FolderFile[] = [];
  const hidden: string[] = [];
  const unreadable: string[] = [];
  let left = most;

  async function walk(node: Node, folder: string): Promise<void> {
    if (left-- <= 0) return;
    if (isHidden(node.name)) {
      hidden.push(node.name);
      return;
    }
    try {
      if (node.open) files.push({ file: await node.open(), folder });
      const path = folder === '' ? node.name : `${folder}/${node.name}`;
      const children = (await node.list?.()) ?? [];
      for (const child of [...children].sort((a, b) => compare(a.name, b.name))) await walk(child, path);
    } catch {
      unreadable.push(node.name);
    }
  }

  for (const folder of folders) await walk('kind' in folder ? nodeOfHandle(folder) : nodeOfEntry(folder), '');
  return { files, hidden, unreadable, complete: left >= 0 };
}

/** Returns the files of a folder that was chosen in the browser's picker, which has looked into its folders. */
export function pickedFolder(picked: readonly File[]): Walked {
  const hidden: string[] = [];
  const files: FolderFile[] = [];
  const byPath = [...picked].sort((a, b) => compare(a.webkitRelativePath, b.webkitRelativePath));
  for (const file of byPath.slice(0, MAX_LOOKED_AT)) {
    const path = file.webkitRelativePath.split('/');
    const name = path.find(isHidden);
    if (name === undefined) files.push({ file, folder: path.slice(0, -1).join('/') });
    else if (!hidden.includes(name)) hidden.push(name);
  }
  return { files, hidden, unreadable: [], complete: picked.length <= MAX_LOOKED_AT };
}
