import { VpdError } from '../../errors.ts';
import type { Pack } from '../../weights/pack/pack.ts';
import { ifFree, openPackLock } from '../files/locks.ts';
import { openStorage, PACKS_FOLDER } from '../files/opfs.ts';
import { type OpenStoredOptions, openStoredPack } from './stored-pack.ts';

interface LockedPack {
  readonly pack: Pack;
  /** Allows the pack to be deleted again. The end of the worker releases the lock too. */
  release(): void;
}

const shared = (signal: AbortSignal | undefined): LockOptions => ({ mode: 'shared', ...(signal ? { signal } : {}) });

/** Opens a pack of the shelf and prevents all tabs from deleting it. */
export async function openLockedPack(id: string, options: OpenStoredOptions): Promise<LockedPack> {
  // First, because a page that may not store anything has no locks either.
  await openStorage(PACKS_FOLDER);
  const release = await new Promise<() => void>((resolve, reject) => {
    const held = () => new Promise<void>((release) => resolve(release));
    navigator.locks.request(openPackLock(id), shared(options.signal), held).catch(reject);
  });
  try {
    return { pack: await openStoredPack(id, options), release };
  } catch (thrown) {
    release();
    throw thrown;
  }
}

/** Runs `work`, which reads a stored pack, and prevents all tabs from deleting the pack meanwhile. */
export function whileRead<T>(id: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  return navigator.locks.request(openPackLock(id), shared(signal), work);
}

/**
 * Runs `work` on a stored pack while nobody reads it.
 * @throws VpdError storage if one has
 */
export async function whileNotOpen<T>(id: string, work: () => Promise<T>): Promise<T> {
  const ran = await ifFree(openPackLock(id), work);
  if (!ran)
    throw new VpdError(
      'storage',
      'The model is in use in a tab of this page: open, compared, exported or checked. End that there, and delete it then.',
    );
  return ran.result;
}
