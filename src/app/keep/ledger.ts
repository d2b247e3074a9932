import type { KeptFile, KeptPhoto } from '../../storage/session-record.ts';
import type { TaskResult } from '../results.ts';

/** What of this page's session is on the disk already, under the ids that it has here. */
export interface Ledger {
  readonly photos: Map<string, KeptPhoto>;
  readonly results: Map<string, KeptFile>;
  /** The result that a key's file holds, once it was written or read. */
  readonly held: Map<string, TaskResult>;
}

export const createLedger = (): Ledger => ({ photos: new Map(), results: new Map(), held: new Map() });

/** Key of the same result of another photo. */
export const keyFor = (photo: string, key: string): string => `${photo}${key.slice(key.indexOf('|'))}`;
export const photoOfKey = (key: string): string => key.slice(0, key.indexOf('|'));
