import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { VpdError } from '../errors.ts';
import { hasErrno } from './data/files.ts';

/** In the folder that is written to: which process does. */
const LOCK_FILE = 'convert.lock';

/**
 * Does something to a folder that no other process does at the same time, on this machine or on another one that shares the folder. The
 * lock that a process left which is gone is taken over.
 * @throws VpdError bad-request: another one is at it; storage
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new VpdError('storage', `The folder ${folder} cannot be made; give another --out.`, { cause });
  });
  const path = join(folder, LOCK_FILE);
  if (!(await take(path)) && !((await clearAway(path)) && (await take(path))))
    throw new VpdError(
      'bad-request',
      `Another convert (process ${await holderOf(path)}) is writing to ${folder}. Wait until it has ended, or give another --out; if there is none, delete ${path}.`,
    );
  try {
    return await work();
  } finally {
    // One that stays is that of a process which is gone.
    await rm(path, { force: true }).catch(() => undefined);
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid} on ${hostname()}`, { flag: 'wx' });
    return true;
  } catch (cause) {
    if (hasErrno(cause, 'EEXIST')) return false;
    throw new VpdError('storage', `${path} cannot be written; make room or give another --out.`, { cause });
  }
}

const holderOf = async (path: string): Promise<string> => (await readFile(path, 'utf8').catch(() => '')) || 'unknown';

/** Removes the lock of a process that is gone; false where it is there, or may be. */
async function clearAway(path: string): Promise<boolean> {
  const holder = await holderOf(path);
  if (!isGone(holder)) return false;
  // Of two that find it at once, the second would take away the lock that the first has by then: it puts that back.
  const aside = `${path}.${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  const found = await holderOf(aside);
  if (found === holder) await rm(aside, { force: true });
  else await rename(aside, path).catch(() => undefined);
  return found === holder;
}

/** Whether the process of a lock has ended, as far as this machine can tell. */
function isGone(holder: string): boolean {
  const [, pid, host] = /^(\d+) on (.+)$/.exec(holder) ?? [];
  if (pid === undefined || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (thrown) {
    // EPERM would say that it is another user's.
    return hasErrno(thrown, 'ESRCH');
  }
}
