import type { PackSummary } from '../../weights/pack-summary.ts';
import { isStray } from './asked.ts';
import type { Results, TaskResult } from './results.ts';

/**
 * What is on this machine's disk of a result that is not in memory, by the model that is open, or brought here: reading it takes less than
 * computing it.
 * Undefined at once where nothing is; the promise gives undefined where it cannot be read, or answers something else.
 */
export function onDisk(
  { kept }: Pick<Results, 'kept'>,
  key: string,
  zeroShot: boolean,
  pack: Pick<PackSummary, 'hash' | 'tasks'>,
): Promise<TaskResult | undefined> | undefined {
  if (!kept.list().some((each) => each.key === key && (each.origin || each.pack === pack.hash))) return undefined;
  return kept.read(key).then(
    (found) =>
      found && (found.origin || (found.pack === pack.hash && !isStray(found, zeroShot, pack))) ? found : undefined,
    () => undefined,
  );
}
