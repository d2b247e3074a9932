import type { Folder } from './folder.ts';
import { findFile, namesIn, removeEntry, writeFile } from './opfs.ts';

/** A folder of the browser's private file system. */
export const opfsFolder = (handle: FileSystemDirectoryHandle): Folder => ({
  names: () => namesIn(handle, 'file'),
  read: (name) => findFile(handle, name),
  write: (name, content) => writeFile(handle, name, content),
  remove: (name) => removeEntry(handle, name),
});
