import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { VpdError } from '../../errors.ts';
import { hasErrno } from './paths.ts';

/** Lock file in the folder that is written to; names the process. */
const LOCK_FILE = 'convert.lock';

/**
 * Runs `work` on a folder while no other process does, on this machine or another one that shares the folder. Takes over the lock of a
 * process that has ended without releasing it.
 * @throws VpdError bad-request: another process holds the lock; storage
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new VpdError('storage', `The folder ${folder} cannot be created; give another --out.`, { cause });
  });
  const path = join(folder, LOCK_FILE);
  if (!(await acquire(path)))
    throw new VpdError(
      'bad-request',
      `Another convert (process ${await holderOf(path)}) is writing to ${folder}. Wait until it has ended, or give another --out; if there is none, delete ${path}.`,
    );
  try {
    return await work();
  } finally {
    // If it cannot be removed, the next process takes it over once this one has ended.
    await rm(path, { force: true }).catch(() => undefined);
  }
}

/**
 * Takes a lock that is free or stale; returns false if its holder exists or may exist. Only the holder of a second lock, the claim, may
 * replace a stale one: of several processes that read the same stale lock, a slow one would otherwise remove what a faster one has
 * written since. A claim can become stale too, so it is taken in the same way.
 */
async function acquire(path: string): Promise<boolean> {
  if (await take(path)) return true;
  if (!isGone(await holderOf(path))) return false;
  const claim = `${path}.claim`;
  if (!(await acquire(claim))) return false;
  // Read again: an earlier holder of the claim may have replaced the lock in the meantime.
  if (!isGone(await holderOf(path))) {
    await rm(claim, { force: true });
    return take(path);
  }
  // The claim becomes the lock in one step, so that no process finds the folder without a lock.
  await rename(claim, path).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
  return true;
}

const unwritable = (path: string, cause: unknown): VpdError =>
  new VpdError('storage', `${path} cannot be written; make room or give another --out.`, { cause });

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid} on ${hostname()}`, { flag: 'wx' });
    return true;
  } catch (cause) {
    if (hasErrno(cause, 'EEXIST')) return false;
    throw unwritable(path, cause);
  }
}

const holderOf = async (path: string): Promise<string> => (await readFile(path, 'utf8').catch(() => '')) || 'unknown';

/** True if the process of a lock is known to have ended. */
function isGone(holder: string): boolean {
  const [, pid, host] = /^(\d+) on (.+)$/.exec(holder) ?? [];
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (thrown) {
    // EPERM means that the process exists and belongs to another user.
    return hasErrno(thrown, 'ESRCH');
  }
}
