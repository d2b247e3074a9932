import { VpdError } from '../../errors.ts';
import type { Pack } from '../../weights/pack/pack.ts';
import { ifFree, openPackLock } from '../files/locks.ts';
import { type OpenStoredOptions, openStoredPack } from './stored-pack.ts';

interface LockedPack {
  readonly pack: Pack;
  /** Allows the pack to be deleted again. The end of the worker releases the lock too. */
  release(): void;
}

/** Opens a pack of the shelf and prevents all tabs from deleting it. */
export async function openLockedPack(id: string, options: OpenStoredOptions): Promise<LockedPack> {
  const release = await new Promise<() => void>((resolve, reject) => {
    const held = () => new Promise<void>((release) => resolve(release));
    navigator.locks.request(openPackLock(id), { mode: 'shared' }, held).catch(reject);
  });
  try {
    return { pack: await openStoredPack(id, options), release };
  } catch (thrown) {
    release();
    throw thrown;
  }
}

/**
 * Runs `work` on a stored pack while no engine has it open.
 * @throws VpdError storage if one has
 */
export async function whileNotOpen<T>(id: string, work: () => Promise<T>): Promise<T> {
  const ran = await ifFree(openPackLock(id), work);
  if (!ran)
    throw new VpdError(
      'storage',
      'The model is open in a tab of this page. Open another one there, or stop comparing, and delete it then.',
    );
  return ran.result;
}
