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
  if (!(await take(path)) && !((await removeStale(path)) && (await take(path))))
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

/** Removes the lock of a process that has ended; returns false if the process exists or may exist. */
async function removeStale(path: string): Promise<boolean> {
  const holder = await holderOf(path);
  if (!isGone(holder)) return false;
  // If two processes find it at the same time, the slower one may move the new lock of the faster one: then it moves it back.
  const aside = `${path}.${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  const found = await holderOf(aside);
  if (found === holder) await rm(aside, { force: true });
  else await rename(aside, path).catch(() => undefined);
  return found === holder;
}

/** True if the process of a lock is known to have ended. */
function isGone(holder: string): boolean {
  const [, pid, host] = /^(\d+) on (.+)$/.exec(holder) ?? [];
  if (pid === undefined || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (thrown) {
    // EPERM means that the process exists and belongs to another user.
    return hasErrno(thrown, 'ESRCH');
  }
}
