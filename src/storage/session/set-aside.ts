import type { Folder } from '../files/folder.ts';
import { SNAPSHOT_VERSION } from './snapshot.ts';

/**
 * Marks a session that could not be read; holds the version of the page that could not read it. A page that can read the session deletes
 * the mark with its first record, like every file that the record does not name.
 */
const MARK = 'set-aside';
const OWN_VERSION = String(SNAPSHOT_VERSION);

/** Marks a session as unreadable for this version; it stays unchanged for a page that can read it. */
export const setAside = (folder: Folder): Promise<void> => folder.write(MARK, new Blob([OWN_VERSION]));

/** True if a page of any version could not read the session. */
export const isSetAside = async (folder: Folder): Promise<boolean> => (await folder.read(MARK)) !== undefined;

/** True if a page of this version could not read the session. */
export const isSetAsideHere = async (folder: Folder): Promise<boolean> =>
  (await (await folder.read(MARK))?.text()) === OWN_VERSION;
