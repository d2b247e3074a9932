import type { Job } from '../../engine/job.ts';
import type { TaskOptions, TaskPhoto } from '../../tasks/options.ts';
import type { WordInfo } from '../../text/tokens.ts';
import type { Runner } from '../runner.ts';
import type { OutputFolder } from './files.ts';
import type { Arrays, PhotoOptions } from './options.ts';

/** Arguments of every task of `run` and `compare`. */
export interface TaskRun {
  readonly runner: Runner;
  readonly photo: TaskPhoto;
  readonly options: PhotoOptions & Arrays;
  /** Options that apply to all networks. */
  readonly shared: TaskOptions;
  readonly job: Job;
  readonly out: OutputFolder;
}

/** Results of a task in addition to its files, for --json. */
export interface Facts {
  /** The same in one line, printed without --json. */
  readonly line?: string;
  /** Sentence for the user. */
  readonly note?: string;
  /** The prompt as read by the model, and the words beyond its limit. */
  readonly words?: readonly WordInfo[];
  readonly cut?: readonly string[];
  readonly [name: string]: unknown;
}
