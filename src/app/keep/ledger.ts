import type { KeptFile, KeptPhoto } from '../../storage/session/record.ts';
import type { TaskResult } from '../results/results.ts';

/** What of this page's session is on the disk already, under the ids that it has here. */
export interface Ledger {
  readonly photos: Map<string, KeptPhoto>;
  readonly results: Map<string, KeptFile>;
  /** The result that a key's file holds, once it was written or read, as long as it is in memory. */
  readonly held: Map<string, WeakRef<TaskResult>>;
  /** How often all results were forgotten: what was being written meanwhile is not known again. */
  forgotten: number;
}

export const createLedger = (): Ledger => ({ photos: new Map(), results: new Map(), held: new Map(), forgotten: 0 });
