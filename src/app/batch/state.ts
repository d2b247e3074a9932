import type { Progress } from '../../engine/protocol.ts';
import type { BatchJob } from '../../outputs/batch/protocol.ts';

export interface Problem {
  /** Id of the photo. */
  readonly photo: string;
  readonly name: string;
  readonly message: string;
}

/** State of a run of one task over many photos, for the page. */
export interface BatchState {
  readonly phase: 'running' | 'stopping' | 'done' | 'stopped' | 'failed';
  readonly job: BatchJob;
  /** Number of photos, except those removed before their turn. */
  readonly total: number;
  /** Number of finished photos, including those with a problem. */
  readonly finished: number;
  /** Name and progress of the current photo. */
  readonly current: string | undefined;
  readonly progress: Progress | undefined;
  /** A photo may have several. */
  readonly problems: readonly Problem[];
  /** Number of photos with at least one result in the ZIP. */
  readonly written: number;
  /** Size of the ZIP in bytes; undefined until it is written. */
  readonly bytes: number | undefined;
  /** True once the ZIP was saved. */
  readonly saved: boolean;
  /** Reason why the whole batch failed, or why it was stopped if the user did not stop it. */
  readonly message: string | undefined;
}
