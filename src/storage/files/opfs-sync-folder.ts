import { withStorageErrors } from './opfs.ts';
import type { SyncFolder } from './sync-folder.ts';

/** A folder of the browser's private file system. For workers only: the page cannot write files in place. */
export function opfsSyncFolder(folder: FileSystemDirectoryHandle): SyncFolder {
  return {
    open: (name) =>
      withStorageErrors(name, async () =>
        (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle(),
      ),
  };
}
