import { storing } from './opfs.ts';
import type { SyncFolder } from './sync-folder.ts';

/** A folder of the browser's private file system. For workers only: the page cannot write files in place. */
export function opfsSyncFolder(folder: FileSystemDirectoryHandle): SyncFolder {
  return {
    open: (name) =>
      storing(name, async () => (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle()),
  };
}
