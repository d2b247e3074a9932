import type { Folder } from '../files/folder.ts';
import { SNAPSHOT_VERSION } from './snapshot.ts';

/**
 * A file in the folder of a session that could not be read: it says to pages of which version. It goes with the first record that a page
 * which can read the session writes, as all files do that no record names.
 */
const MARK = 'set-aside';
const HERE = String(SNAPSHOT_VERSION);

/** Leaves a session as it is, for a page that can read it. */
export const setAside = (folder: Folder): Promise<void> => folder.write(MARK, new Blob([HERE]));

export const isSetAside = async (folder: Folder): Promise<boolean> => (await folder.read(MARK)) !== undefined;

/** Whether pages of this version could not read it. */
export const isSetAsideHere = async (folder: Folder): Promise<boolean> =>
  (await (await folder.read(MARK))?.text()) === HERE;
