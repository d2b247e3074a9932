import type { BatchState } from './state.ts';

const RESULT_NAMES = { depth: 'Depth', refer: 'Masks', segment: 'Classes' } as const;

export const photosText = (count: number) => `${count} photo${count === 1 ? '' : 's'}`;

/** Returns the progress or the outcome of a batch in one sentence. */
export function headline({ phase, job, total, finished, problems, message }: BatchState): string {
  const what = job.task === 'refer' ? `Masks of “${job.prompt}”` : RESULT_NAMES[job.task];
  const failed = problems.length === 0 ? '' : `, ${problems.length} of them without a result`;
  switch (phase) {
    case 'running':
      return `${what}: ${finished} of ${photosText(total)}${failed}.`;
    case 'stopping':
      return `Stopping after ${finished} of ${photosText(total)}…`;
    case 'done':
      if (total === 0) return `${what}: all photos were removed.`;
      if (total === 1) return `${what}: the photo is ${failed ? 'without a result' : 'done'}.`;
      return `${what}: all ${total} photos are done${failed}.`;
    case 'stopped':
      return `Stopped after ${finished} of ${photosText(total)}${failed}.${message === undefined ? '' : ` ${message}`}`;
    case 'failed':
      return message ?? 'The batch failed.';
  }
}
