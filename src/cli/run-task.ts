import type { Job } from '../engine/job.ts';
import type { TaskOptions, TaskPhoto } from '../tasks/options.ts';
import type { WordInfo } from '../text/tokens.ts';
import type { OutputFolder } from './run-files.ts';
import type { RunOptions } from './run-options.ts';
import type { Runner } from './runner.ts';

/** What every task of `run` works with. */
export interface TaskRun {
  readonly runner: Runner;
  readonly photo: TaskPhoto;
  readonly options: RunOptions;
  /** Of `options`, what all networks understand. */
  readonly shared: TaskOptions;
  readonly job: Job;
  readonly out: OutputFolder;
}

/** What a task tells besides its files, for --json. */
export interface Facts {
  /** A sentence for people. */
  readonly note?: string;
  /** The prompt as it was read, and the words beyond the model's limit. */
  readonly words?: readonly WordInfo[];
  readonly cut?: readonly string[];
  readonly [name: string]: unknown;
}
