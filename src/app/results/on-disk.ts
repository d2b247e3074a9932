import type { PackSummary } from '../../weights/pack/pack-summary.ts';
import { isShowable } from './request.ts';
import type { Results, TaskResult } from './results.ts';

/**
 * Reads a result that is on disk but not in memory, which is faster than computing it again.
 * @returns undefined at once if the disk has none that the open model computed or that was imported; a promise of undefined if the file
 * cannot be read or does not answer the request
 */
export function onDisk(
  { kept }: Pick<Results, 'kept'>,
  key: string,
  zeroShot: boolean,
  pack: Pick<PackSummary, 'hash' | 'tasks'>,
): Promise<TaskResult | undefined> | undefined {
  if (!kept.list().some((each) => each.key === key && (each.origin || each.pack === pack.hash))) return undefined;
  return kept.read(key).then(
    (found) => (found && isShowable(found, zeroShot, pack) ? found : undefined),
    () => undefined,
  );
}
