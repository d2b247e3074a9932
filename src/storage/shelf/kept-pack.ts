import { VpdError } from '../../errors.ts';
import type { Pack } from '../../weights/pack.ts';
import { type OpenStoredOptions, openStoredPack } from './stored-pack.ts';

/** Held, shared, by every engine that has a stored pack open: its weights stay on disk, and must not be deleted under it. */
const readLock = (id: string): string => `vpd-pack-open ${id}`;

interface KeptPack {
  readonly pack: Pack;
  /** From now on the pack may be deleted; the end of the worker does the same. */
  letGo(): void;
}

/** Opens a pack of the shelf and keeps it from being deleted, by other tabs too. */
export async function openKeptPack(id: string, options: OpenStoredOptions): Promise<KeptPack> {
  const letGo = await new Promise<() => void>((resolve, reject) => {
    const held = () => new Promise<void>((release) => resolve(release));
    navigator.locks.request(readLock(id), { mode: 'shared' }, held).catch(reject);
  });
  try {
    return { pack: await openStoredPack(id, options), letGo };
  } catch (thrown) {
    letGo();
    throw thrown;
  }
}

/** Does something to a stored pack while no engine has it open. */
export function whileUnread<T>(id: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(readLock(id), { ifAvailable: true }, (lock) => {
    if (!lock)
      throw new VpdError(
        'storage',
        'The model is open in a tab of this page. Open another one there, or stop comparing, and delete it then.',
      );
    return work();
  });
}
