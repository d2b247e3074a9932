import type { Progress } from '../../engine/protocol.ts';
import type { BatchJob } from '../../outputs/batch/job.ts';

/** A run of one task over many photos, as far as the page shows it. */
export interface BatchState {
  readonly phase: 'running' | 'stopping' | 'done' | 'stopped' | 'failed';
  readonly job: BatchJob;
  /** Photos, but for those that were removed before their turn. */
  readonly total: number;
  /** Photos that are through, those with a problem too. */
  readonly finished: number;
  /** Name of the photo at work, and how far it is. */
  readonly current: string | undefined;
  readonly progress: Progress | undefined;
  readonly problems: readonly { readonly name: string; readonly message: string }[];
  /** Of the ZIP, once it is there. */
  readonly bytes: number | undefined;
  /** Why it failed as a whole. */
  readonly message: string | undefined;
}
