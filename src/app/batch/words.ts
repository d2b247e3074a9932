import type { BatchJob } from '../../outputs/batch/protocol.ts';
import type { BatchState } from './state.ts';

export const photosText = (count: number) => `${count} photo${count === 1 ? '' : 's'}`;

function nameOf(job: BatchJob): string {
  switch (job.task) {
    case 'depth':
      return 'Depth';
    case 'refer': {
      const [first = '', ...others] = job.prompts;
      return others.length === 0 ? `Masks of “${first}”` : `Masks of ${job.prompts.length} expressions`;
    }
    case 'segment':
      return 'Classes';
    case 'session':
      return 'Everything in this session';
  }
}

/** Returns how many masks are written as the user changed them, as a sentence; undefined if there are none. */
export function changedText(count: number): string | undefined {
  if (count === 0) return undefined;
  const what = count === 1 ? '1 mask that you changed is' : `${count} masks that you changed are`;
  return `${what} written as shown in Find, with ${count === 1 ? 'its' : 'their'} threshold, edits and name.`;
}

/** Returns the progress or the outcome of a batch in one sentence. */
export function headline({ phase, job, total, finished, problems, written, message }: BatchState): string {
  const what = nameOf(job);
  const troubled = new Set(problems.map(({ photo }) => photo)).size;
  const failed = troubled === 0 ? '' : `, ${troubled} of them with problems`;
  switch (phase) {
    case 'running':
      return `${what}: ${finished} of ${photosText(total)}${failed}.`;
    case 'stopping':
      return `Stopping after ${finished} of ${photosText(total)}…`;
    case 'done':
      if (total === 0) return `${what}: all photos were removed.`;
      if (total === 1 && written === 0) return `${what}: the photo is without a result.`;
      if (total === 1) return `${what}: the photo is done${failed && ', with problems'}.`;
      return `${what}: all ${total} photos are done${failed}.`;
    case 'stopped':
      return `Stopped after ${finished} of ${photosText(total)}${failed}.${message === undefined ? '' : ` ${message}`}`;
    case 'failed':
      return message ?? 'The batch failed.';
  }
}
