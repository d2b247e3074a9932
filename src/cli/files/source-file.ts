import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { VpdError } from '../../errors.ts';
import { isAddress, readAddress } from '../../remote/address.ts';
import type { RemoteOptions } from '../../remote/remote.ts';
import { openRemoteFile } from '../../remote/remote-file.ts';
import type { NamedBlob } from '../../weights/open.ts';
import { openFileBlob } from './file-blob.ts';

/**
 * Tells whether a path is a file or a folder; an address is a folder if it ends in a slash.
 * @throws VpdError missing, bad-request
 */
export async function kindOf(path: string): Promise<'file' | 'folder'> {
  if (isAddress(path)) return readAddress(path).pathname.endsWith('/') ? 'folder' : 'file';
  try {
    const found = await stat(path);
    if (found.isDirectory()) return 'folder';
    if (found.isFile()) return 'file';
  } catch (cause) {
    throw new VpdError('missing', `${path} does not exist or cannot be read.`, { cause });
  }
  throw new VpdError('bad-request', `${path} is neither a file nor a folder.`);
}

/** Opens a file on disk or on a server; only requested bytes are read. `options` apply to all reads from a server. */
export async function openSourceFile(path: string, options: RemoteOptions = {}): Promise<NamedBlob> {
  return isAddress(path) ? openRemoteFile(path, options) : { name: basename(path), blob: await openFileBlob(path) };
}

/** Path or address of a file in a folder. */
export const inFolder = (folder: string, name: string): string =>
  isAddress(folder) ? new URL(encodeURIComponent(name), readAddress(folder)).href : join(folder, name);

/** Path or address of a file in the same folder as another one; the parameters of an address (`?download=true`) are kept. */
export const siblingFile = (path: string, name: string): string =>
  isAddress(path) ? inFolder(path, name) + readAddress(path).search : join(dirname(path), name);
