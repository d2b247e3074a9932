import { cancelled } from '../../errors.ts';

/** Names of the locks that all tabs of this page share. */

/** Held while a pack's folder is written, so that other tabs do not delete it as the leftover of a crash. */
export const packLock = (id: string): string => `vpd-pack ${id}`;

/** Held as a shared lock by everything that reads a stored pack: engines that have it open, exports and checks. It must not be deleted meanwhile. */
export const openPackLock = (id: string): string => `vpd-pack-open ${id}`;

/** Held while a conversion's folder is written. */
export const conversionLock = (id: string): string => `vpd-conversion ${id}`;

/** Allows one conversion at a time in all tabs: two at once compete for memory, disk and CPU and take longer than one after the other. */
export const CONVERSIONS_LOCK = 'vpd-conversion';

/** Held by the tab that has a session open. */
export const sessionLock = (id: string): string => `vpd-session ${id}`;

/** Runs `work` holding a lock, and returns what it returned; undefined if the lock is not free, and then nothing is run. */
export function ifFree<T>(name: string, work: () => Promise<T>): Promise<{ readonly result: T } | undefined> {
  return navigator.locks.request(name, { ifAvailable: true }, async (lock) =>
    lock ? { result: await work() } : undefined,
  );
}

/**
 * Runs `work` holding a lock, for which it waits.
 * @throws VpdError cancelled if the signal is aborted before the lock is free
 */
export async function whenFree<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  let granted = false;
  try {
    return await navigator.locks.request(name, { signal }, () => {
      granted = true;
      return work();
    });
  } catch (thrown) {
    throw signal.aborted && !granted ? cancelled({ cause: thrown }) : thrown;
  }
}
